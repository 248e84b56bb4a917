import ExhaustCore
import ExhaustTestSupport
import Testing

/// docs/schemas, held against what the programs print, by Debian's python3-jsonschema.
@Suite("Events", .timeLimit(.minutes(2)))
struct SchemaTests {
    @Test("of every program fit the envelope's schema and their data's own", arguments: try RoleCase.all())
    func schema(role: RoleCase) async throws {
        let result = try await role.program.run(
            ["--from", role.from, "--to", "-", "--host", "web-01"] + role.flags, input: role.input)
        #expect(try result.events().isEmpty == false)
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let events = try directory.write(Array(result.output.utf8), to: "events.jsonl")
        let script = "\(Program.root)/Tests/ContractTests/check-schema.py"
        let report = try await ChildProcess.run(["/usr/bin/python3", script, "\(Program.root)/docs/schemas", events])
        #expect(report.hasSuffix(" events fit\n"), "\(report)")
    }

    @Test("in the samples of the rule packs are such as the programs print")
    func samples() async throws {
        let folder = "\(Program.root)/deploy/rules/samples"
        let script = "\(Program.root)/Tests/ContractTests/check-schema.py"
        let report = try await ChildProcess.run([
            "/bin/sh", "-c", "cat \"$0\"/*.jsonl | /usr/bin/python3 \"$1\" \"$2\" /dev/stdin", folder, script,
            "\(Program.root)/docs/schemas",
        ])
        #expect(report.hasSuffix(" events fit\n"), "\(report)")
    }
}
