import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Sigma rules are read")
struct LoadingTests {
    /// A rule with `detection` in it, which begins at line 3.
    private static func rule(_ detection: String) -> String {
        "title: T\nlogsource: {product: linux, category: process_creation}\ndetection:\n" + detection
    }

    @Test(
        "What is wrong is told with file, line and key",
        arguments: [
            ("title: [", "a.yml:2:1: did not find expected node content"),
            ("- a", "a.yml: expected a Sigma rule, found list"),
            ("title: T\nlogsource: {}", "a.yml: detection: expected a map of searches"),
            ("logsource: {}", "a.yml: title: a Sigma rule has a title"),
            (
                rule("  s: {Image|endwith: a}\n  condition: s"),
                "a.yml:4: detection.s.Image|endwith: unknown modifier 'endwith', did you mean 'endswith'?"
            ),
            (
                rule("  s:\n    Image:\n    - {a: b}\n  condition: s"),
                "a.yml:5: detection.s.Image: expected values, found map"
            ),
            (rule("  s: {}\n  condition: s"), "a.yml:4: detection.s: an empty search"),
            (
                rule("  s: {a: b}\n  condition: s and t"),
                "a.yml:5: detection.condition: there is no search 't', did you mean 's'?"
            ),
            (rule("  s: {a: b}\n  condition: (s"), "a.yml:5: detection.condition: ')' is missing"),
            (rule("  s: {a: b}\n  condition: s s"), "a.yml:5: detection.condition: unexpected 's'"),
            (rule("  s: {a: b}\n  condition: s and"), "a.yml:5: detection.condition: something is missing at the end"),
            (rule("  s: {a: b}\n  condition: 1 of x*"), "a.yml:5: detection.condition: no search is named 'x*'"),
            (
                rule("  s: {a: b}\n  condition: 2 of them"),
                "a.yml:5: detection.condition: '2 of them' cannot hold; it means 1"
            ),
            (rule("  s: {a: b}"), "a.yml:3: detection.condition: expected a condition over the searches"),
            (
                rule("  s: {a|contains: 7}\n  condition: s"),
                "a.yml:4: detection.s.a|contains: 'contains' does not take a number"
            ),
            (rule("  s: {a|lt: x}\n  condition: s"), "a.yml:4: detection.s.a|lt: 'lt' does not take text"),
            (
                rule("  s: {a|cidr: 10.0.0.0/40}\n  condition: s"),
                "a.yml:4: detection.s.a|cidr: '10.0.0.0/40' is no network"
            ),
            (rule("  s: {a|base64: x*}\n  condition: s"), "a.yml:4: detection.s.a|base64: 'base64' takes no wildcards"),
            (
                rule("  s: {a|re: '(?=x)'}\n  condition: s"),
                "a.yml:4: detection.s.a|re: regular expression, column 1: invalid perl operator: (?="
            ),
            (
                rule("  s: [null]\n  condition: s"),
                "a.yml:4: detection.s: keywords are text, numbers or regular expressions; anything else needs a field"
            ),
            (
                rule("  s: {a: b}\n  condition: s\nlevel: bad"),
                "a.yml:6: level: expected one of informational, low, medium, high, critical"
            ),
        ])
    func bad(text: String, message: String) {
        let error = #expect(throws: ExhaustError.self) {
            try SigmaRules.entry(of: YAMLReader.parse(text, file: "a.yml"))
        }
        #expect(error?.description == message)
        #expect(error?.code == .configuration)
    }

    @Test(
        "What a rule asks for and cannot have is told, and is no error",
        arguments: [
            (
                rule("  s: {Image: a, ParentCommandLine|contains: b}\n  condition: s"),
                "it needs ParentCommandLine, which exhaust.cli has not; the nearest is exhaust.cli.ancestors, which "
                    + "has the names of the programs above"
            ),
            (
                rule("  s: {Imag: a}\n  condition: s"), "it needs Imag, which exhaust.cli has not; the nearest is Image"
            ),
            (
                rule("  s: {Image: a}\n  f: {Hashes: b}\n  condition: s and not f"),
                "it needs Hashes, which exhaust.cli has not"
            ),
            (
                rule("  s: {a|expand: '%x%'}\n  condition: s"),
                "'expand' asks for a list of values that stands outside the rule"
            ),
            (
                rule("  s: {a: b}\n  condition: s | count() > 5"),
                "a condition with '|' is of an older Sigma; 'count' does the like"
            ),
            (
                "title: T\nlogsource: {product: windows}\ndetection: {s: [x], condition: s}",
                "it is about windows; the streams are Linux's"
            ),
            (
                "title: T\nlogsource: {product: linux, service: auditd}\n"
                    + "detection: {s: {type: PATH, name: /x}, condition: s}",
                "it needs type PATH, and all that exhaust.cli tells is EXECVE or SYSCALL"
            ),
        ])
    func unsupported(text: String, reason: String) throws {
        let entry = try SigmaRules.entry(of: YAMLReader.parse(text, file: "a.yml"))
        #expect(entry.rule == nil && entry.gaps == [reason])
    }

    @Test("An alternative without its field is left out; what is excluded must be known")
    func partly() throws {
        let text = Self.rule("  a: {Image: /bin/a}\n  b: {Hashes: x}\n  condition: a or b")
        let entry = try SigmaRules.entry(of: YAMLReader.parse(text, file: "a.yml"))
        let rule = try #require(entry.rule)
        #expect(entry.gaps.contains("'b' needs Hashes, which exhaust.cli has not"))
        #expect(try SigmaWorld.holds(rule, ["process.executable.path": "/bin/a"]))
    }

    @Test("A rule becomes a rule of ours")
    func becomesOurs() throws {
        let text = """
            title: A {{ strange }} title
            description: |
              Something happens
              here. And so on.
            id: 12345678-0000-0000-0000-000000000000
            level: high
            logsource: {product: linux, category: process_creation}
            detection: {s: {Image|endswith: /nc}, condition: s}
            """
        let file = "/rules/proc_creation_\(String(repeating: "long_", count: 12))name.yml"
        let rule = try #require(try SigmaRules.entry(of: YAMLReader.parse(text, file: file)).rule)
        #expect(
            rule.fact.utf8.count == 63 && rule.fact.hasPrefix("sigma-proc-creation-long")
                && rule.fact.hasSuffix("-12345678"))
        #expect(rule.severity == .error && rule.stream == .cli && rule.ttl == .seconds(3600))
        #expect(rule.firstProblem() == nil && rule.reason == "Something happens here")
        let data: ValueMap = ["process.command_line": "nc -l", "process.executable.path": "/bin/nc"]
        #expect(try rule.summary?.renderText(in: ["data": .map(data)] as ValueMap) == "A {{ strange }} title: nc -l")
        #expect(try rule.subject?.renderText(in: ["data": .map(data)] as ValueMap) == "/bin/nc")
        #expect(try rule.subject?.renderText(in: ["data": .map([:]), "host": "h"] as ValueMap) == "h")
    }

    @Test("Hostile files are refused, or read in no time")
    func hostile() {
        let took = ContinuousClock().measure {
            let nested = String(repeating: "(", count: 5_000) + "s" + String(repeating: ")", count: 5_000)
            let many = (0..<60_000).map { "v\($0)" }.joined(separator: ", ")
            let texts = [
                Self.rule("  s: {a: b}\n  condition: \(nested)"),
                Self.rule("  s: {a: b}\n  condition: \(String(repeating: "not ", count: 4_000)) s"),
                Self.rule("  s: {a: b}\n  condition: \(String(repeating: "s or ", count: 100_000)) s"),
                Self.rule("  s: {Image: [\(many)]}\n  condition: s"),
                Self.rule("  s: \(String(repeating: "[", count: 5_000))"),
                Self.rule("  s: {Image|re: '\(String(repeating: "(a{1,100}){1,100}", count: 8))'}\n  condition: s"),
                Self.rule("  s: {Image|windash: '\(String(repeating: " -a", count: 50))'}\n  condition: s"),
            ]
            for text in texts {
                #expect(throws: ExhaustError.self) { try SigmaRules.entry(of: YAMLReader.parse(text, file: "a.yml")) }
            }
        }
        #expect(took < .seconds(10))
    }

    @Test("A rule with bytes changed at random is read, refused or an error, and nothing else")
    func changed() throws {
        var random = SeededGenerator(seed: 11)
        let files = try SigmaFiles.list([SigmaWorld.cases]).map { try FileContent.read($0) }
        let marks = Array("{}[]:|-*()'\"\\ \n#&!%@,1".utf8)
        var (read, failed) = (0, 0)
        for _ in 0..<4_000 {
            var bytes = files.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = marks.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[..<min(place, 30)], at: place)
                }
            }
            do {
                _ = try SigmaRules.entry(of: YAMLReader.parse(bytes, file: "a.yml"))
                read += 1
            } catch {
                failed += 1
                #expect(error.location?.hasPrefix("a.yml") == true, "\(error)")
            }
        }
        #expect(read > 300 && failed > 300, "\(read) \(failed)")
    }
}
