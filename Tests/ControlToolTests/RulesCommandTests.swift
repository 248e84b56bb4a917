import ExhaustCore
import ExhaustTestSupport
import Testing

@Suite("exhaustctl rules", .timeLimit(.minutes(1)))
struct RulesCommandTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    /// Runs the command and gives its status with all that it says.
    private func run(_ arguments: [String]) async throws -> (status: Int32?, text: String) {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let (output, errors) = ("\(directory.path)/output", "\(directory.path)/errors")
        let process = try ChildProcess(
            ["\(Programs.folder)/exhaustctl", "rules"] + arguments, output: output, errors: errors)
        let status = await process.wait(upTo: .seconds(30))
        let text = try [output, errors].map { String(decoding: try FileContent.read($0), as: UTF8.self) }.joined()
        return (status, text)
    }

    @Test("check says with file and line what is wrong, and exits as sysexits.h has it")
    func check() async throws {
        let sound = try await run(["check", "\(Self.root)/deploy/rules"])
        #expect(sound.status == 0 && sound.text.hasSuffix(" rules are sound\n"), "\(sound)")
        let bad = "\(Self.root)/Tests/AnalyzerTests/Cases/bad/unknown-key.yaml"
        let broken = try await run(["check", bad])
        #expect(broken.status == 78 && broken.text.hasPrefix("\(bad):6: "), "\(broken)")
    }

    @Test("test prints what fails, and exits with 1")
    func test() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let rule = """
            version: 1
            rules:
            - fact: seen
              on: exhaust.acct
              ttl: 1m
              tests:
              - {given: events.jsonl, expect: [{raised: seen, subject: web-02}]}
              - {given: nowhere.jsonl, expect: []}
            """
        let file = try directory.write(Array(rule.utf8), to: "rules.yaml")
        try directory.write(
            try FileContent.read("\(Self.root)/deploy/rules/samples/nginx-killed.jsonl"), to: "events.jsonl")
        let result = try await run(["test", file])
        #expect(result.status == 1)
        #expect(
            result.text.hasPrefix(
                """
                \(file): seen, events.jsonl
                  expected raised seen, subject web-02
                  found raised seen, subject web-01
                \(file): seen, nowhere.jsonl
                """), "\(result.text)")
        #expect(result.text.hasSuffix("0 of 2 tests pass\n"))
    }

    @Test("list gives JSON, and explain knows the nearest name")
    func listAndExplain() async throws {
        let list = try await run(["list", "--json", "\(Self.root)/deploy/rules/services.yaml"])
        #expect(list.text.hasPrefix(#"[{"fact":"service-down","on":"exhaust.acct","detector":"match""#), "\(list.text)")
        let unknown = try await run(["explain", "service-dwn", "\(Self.root)/deploy/rules"])
        #expect(unknown.status == 66 && unknown.text.contains("did you mean 'service-down'?"), "\(unknown)")
    }
}
