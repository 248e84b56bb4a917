import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("The program with files alone", .timeLimit(.minutes(3)))
struct FileProgramTests {
    private let bench: SourceBench

    init() throws { bench = try SourceBench() }

    private func start(_ number: Int, once: Bool = false) throws -> ChildProcess {
        let keys = [
            "unix=[]", "state_directory=\(bench.folder.path)/state",
            "files=[{path: '\(bench.path("log"))*', from: start, format: plain}]",
        ]
        return try ChildProcess(
            ["\(Programs.folder)/exhaust-emitter-syslog", "--to", bench.path("events.\(number)")]
                + keys.flatMap { ["--set", $0] } + (once ? ["--once"] : []), output: bench.path("messages.\(number)"))
    }

    private func messages(_ number: Int) -> [String] {
        // There is no file until the program has begun.
        let bytes = (try? FileContent.read(bench.path("events.\(number)"), limit: 64 << 20)) ?? []
        return bytes.split(separator: 10).compactMap { line in
            guard let event = try? EventJSON.decode(Array(line)) else { return nil }
            return event.data["message"]?.string
        }
    }

    @Test("every line comes through rotation, kill -9 and SIGTERM, and --once ends by itself")
    func killed() async throws {
        var written = 0
        for round in 0..<3 {
            let program = try start(round)
            for _ in 0..<100 {
                bench.append("\(written)\n", to: "log")
                written += 1
            }
            bench.rename("log", "log.\(round)")
            let expected = written - 1
            try await until { messages(round).contains("\(expected)") }
            program.signal(round < 2 ? SIGKILL : SIGTERM)
            #expect(await program.wait(upTo: .seconds(20)) == (round < 2 ? 128 + SIGKILL : 0))
        }
        bench.append("last\n", to: "log")
        let program = try start(3, once: true)
        #expect(await program.wait(upTo: .seconds(20)) == 0)
        #expect(messages(3) == ["last"])
        #expect(Set((0..<3).flatMap(messages)) == Set((0..<written).map(String.init)))
    }
}
