import ExhaustCore
import Testing

@testable import Analyzer

@Suite("Sigma matching")
struct MatchingTests {
    /// Whether a value of a rule fits a text.
    private static func fits(_ value: String, _ text: String, isCased: Bool = false) -> Bool {
        SigmaPattern(SigmaText(value), isCased: isCased).matches(text)
    }

    /// The same by trying everything, on characters as they are.
    private static func slowly(_ value: ArraySlice<SigmaText.Part>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let part = value.first else { return text.isEmpty }
        switch part {
        case .one: return !text.isEmpty && slowly(value.dropFirst(), text.dropFirst())
        case .many: return (0...text.count).contains { slowly(value.dropFirst(), text.dropFirst($0)) }
        case .literal(let literal):
            let scalars = Array(literal.unicodeScalars)
            return text.starts(with: scalars) && slowly(value.dropFirst(), text.dropFirst(scalars.count))
        }
    }

    @Test("Wildcards match as a slow reference does")
    func wildcards() {
        var random = SeededGenerator(seed: 7)
        var matched = 0
        for _ in 0..<20_000 {
            let value = String(
                (0..<Int.random(in: 0...7, using: &random)).map { _ in "ab*?\\é".randomElement(using: &random) ?? "a" })
            let text = String(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in "abé*".randomElement(using: &random) ?? "a" })
            let expected = Self.slowly(SigmaText(value).parts[...], Array(text.unicodeScalars)[...])
            matched += expected ? 1 : 0
            #expect(Self.fits(value, text) == expected, "'\(value)' on '\(text)'")
            #expect(Self.fits(value, text, isCased: true) == expected, "'\(value)' on '\(text)', cased")
        }
        #expect(matched > 1_000)
    }

    @Test("Both cases of a letter are alike, beyond ASCII too, unless a value is cased")
    func cases() {
        #expect(Self.fits("*/BIN/*", "/usr/bin/x") && Self.fits("Éa*", "éAb") && Self.fits("ΟΔΟΣ", "οδος"))
        #expect(!Self.fits("*/BIN/*", "/usr/bin/x", isCased: true) && !Self.fits("É", "é", isCased: true))
        #expect(!Self.fits("É*", "e") && Self.fits("?", "é") && !Self.fits("??", "é"))
    }

    @Test("Time is linear in hostile texts")
    func hostileTexts() {
        let text = String(repeating: "a", count: 1 << 16)
        let value = "*" + String(repeating: "a", count: 1 << 14) + "b*"
        let took = ContinuousClock().measure {
            for _ in 0..<50 { #expect(!Self.fits(value, text)) }
            for _ in 0..<50 { #expect(!Self.fits("*a*a*a*a*a*a*a*a*b*a", text)) }
        }
        #expect(took < .seconds(5))
    }

    @Test(
        "Addresses belong to networks bit by bit",
        arguments: [
            ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("172.16.0.0/12", "172.31.9.9", true),
            ("172.16.0.0/12", "172.32.0.0", false), ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
            ("::1/128", "0:0:0:0:0:0:0:1", true), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
            ("192.0.2.1", "192.0.2.1", true), ("10.0.0.0/8", "10.1", false),
        ])
    func networks(network: String, address: String, expected: Bool) {
        #expect(SigmaNetwork(network)?.contains(address) == expected)
    }

    @Test("Every process of a command is judged, each by its own program and arguments")
    func processes() throws {
        let rule = try #require(try SigmaRules.entry(of: YAMLReader.parse(Self.rule, file: "a.yml")).rule)
        func holds(_ processes: [Value]) throws -> Bool {
            try SigmaWorld.holds(
                rule,
                [
                    "process.command_line": "make all", "exhaust.cli.shell.name": "bash", "exhaust.cli.shell.pid": 5,
                    "exhaust.cli.processes": .list(processes),
                ])
        }
        func process(_ pid: Int64, _ parent: Int64, _ path: String, _ arguments: [String]) -> Value {
            [
                "process.pid": .int(pid), "process.parent_pid": .int(parent), "process.executable.path": .string(path),
                "process.executable.name": .string(String(path.split(separator: "/").last ?? "")),
                "process.command_args": .list(arguments.map { .string($0) }),
            ]
        }
        let make = process(6, 5, "/usr/bin/make", ["make", "all"])
        #expect(try holds([make, process(7, 6, "/usr/bin/curl", ["curl", "-o", "/tmp/x"])]))
        #expect(try !holds([make, process(7, 6, "/usr/bin/curl", ["curl"])]))
        // The program of one with the line of another is neither's.
        #expect(
            try !holds([
                make, process(7, 6, "/bin/ls", ["ls", "-o", "/tmp/x"]), process(8, 6, "/usr/bin/curl", ["curl"]),
            ]))
        // Its parent is the shell.
        #expect(try !holds([process(7, 5, "/usr/bin/curl", ["curl", "-o", "/tmp/x"])]))
    }

    private static let rule = """
        title: A download
        logsource: {product: linux, category: process_creation}
        detection:
          selection: {Image|endswith: /curl, CommandLine|contains: '-o /tmp/', ParentImage|endswith: /make}
          condition: selection
        """

    @Test("Messages are of the service's program alone, in any case of letters")
    func services() throws {
        let text = """
            title: A table was replaced
            logsource: {product: linux, service: cron}
            detection: {keywords: [REPLACE], condition: keywords}
            """
        let rule = try #require(try SigmaRules.entry(of: YAMLReader.parse(text, file: "a.yml")).rule)
        let message: Value = "(root) REPLACE (root)"
        #expect(try SigmaWorld.holds(rule, ["message": message, "log.syslog.appname": "CRONTAB"]))
        #expect(try SigmaWorld.holds(rule, ["message": message, "log.syslog.facility.name": "cron"]))
        #expect(try !SigmaWorld.holds(rule, ["message": message, "log.syslog.appname": "editor"]))
        #expect(try !SigmaWorld.holds(rule, ["message": message]))
    }
}
