import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("The journal", .timeLimit(.minutes(3)))
struct JournalTests {
    private let bench: SourceBench

    init() throws { bench = try SourceBench() }

    /// A `journalctl` that keeps its arguments, gives out the file `journal` from the entry at the cursor, and then
    /// ends as the file `end` says.
    private func fake() -> String {
        bench.append(
            """
            #!/bin/sh
            cd \(bench.folder.path); echo "$*" >> calls; from=1
            for argument; do case $argument in --cursor=*)
                from=$(grep -n "^__CURSOR=${argument#--cursor=}$" journal | cut -d: -f1);; esac; done
            tail -n +${from:-1} journal
            . ./end

            """, to: "journalctl")
        chmod(bench.path("journalctl"), 0o700)
        bench.rewrite("exec sleep 60\n", to: "end")
        return bench.path("journalctl")
    }

    private func entry(_ number: Int, _ more: String = "") -> String {
        "__CURSOR=c\(number)\n__REALTIME_TIMESTAMP=\(1_795_417_200_000_000 + number)\nMESSAGE=m\(number)\n\(more)\n"
    }

    private func following(
        once: Bool = false, from: String = "start", _ body: () async throws -> Void
    ) async throws {
        let bench = bench
        let rule = try YAMLReader.parse("{program: \(bench.path("journalctl")), from: \(from)}", file: "test")
            .decode(JournalRule.self)
        let task = Task {
            try await withThread(named: "test-journal") {
                try await JournalFollower(
                    rule, stateFile: bench.path("position"), messageBytes: { 480 }, feeds: bench.feeds,
                    gaps: bench.gaps, logger: silent, pauses: .milliseconds(1) ... .milliseconds(20)
                ).run(once: once)
            }
        }
        do { try await body() } catch {
            task.cancel()
            throw error
        }
        if !once { task.cancel() }
        try await task.value
    }

    private var calls: [String] {
        let bytes = (try? FileContent.read(bench.path("calls"))) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("the program is started again behind the last entry when it dies, and after a restart; names go on")
    func goesOn() async throws {
        _ = fake()
        bench.rewrite(entry(1) + entry(2), to: "journal")
        bench.rewrite("exit 1\n", to: "end")
        try await following {
            try await bench.wait(["m1", "m2"])
            bench.append(entry(3), to: "journal")
            try await bench.wait(["m1", "m2", "m3"])
        }
        bench.append(entry(4), to: "journal")
        try await following { try await bench.wait(["m1", "m2", "m3", "m4"]) }
        #expect(bench.outlet.messages == ["m1", "m2", "m3", "m4"])
        #expect(bench.outlet.events.map(\.id) == ["1", "2", "3", "4"])
        #expect(Set(bench.outlet.events.map(\.source)).count == 1)
        #expect(bench.gaps.records.isEmpty)
        #expect(calls.first?.hasSuffix("--no-tail --follow") == true)
        #expect(calls.last?.contains("--cursor=c3") == true || calls.last?.contains("--cursor=c4") == true)
    }

    @Test("what was not confirmed comes again under its old name")
    func names() async throws {
        _ = fake()
        bench.rewrite(entry(1) + entry(2), to: "journal")
        bench.outlet.confirm(false)
        let outlet = bench.outlet
        try await following { try await until { outlet.messages.count == 2 } }
        bench.append(entry(3), to: "journal")
        outlet.confirm(true)
        try await following { try await until { outlet.messages.count == 5 } }
        let names = outlet.events.map { "\($0.source) \($0.id)" }
        #expect(outlet.messages == ["m1", "m2", "m1", "m2", "m3"])
        #expect(names[0] == names[2] && names[1] == names[3])
    }

    @Test("an entry that the journal no longer has is told as a gap, and names begin anew")
    func vacuumed() async throws {
        _ = fake()
        bench.rewrite(entry(1), to: "journal")
        try await following { try await bench.wait(["m1"]) }
        bench.rewrite(entry(7), to: "journal")
        try await following { try await bench.wait(["m1", "m7"]) }
        #expect(bench.gaps.records.first?.data["kind"] == "syslog.journal_lost")
        #expect(bench.outlet.events.map(\.id) == ["1", "1"])
    }

    @Test("from: end passes over what is there, once")
    func fromEnd() async throws {
        _ = fake()
        bench.rewrite(entry(1), to: "journal")
        try await following(from: "end") { try await until { access(bench.path("position"), F_OK) == 0 } }
        #expect(calls.first?.contains("--lines=1") == true)
        bench.append(entry(2), to: "journal")
        try await following(from: "end") { try await bench.wait(["m2"]) }
        #expect(bench.outlet.messages == ["m2"])
    }

    @Test("an export that is broken or ends at once does not stop the follower")
    func broken() async throws {
        _ = fake()
        bench.rewrite(entry(1) + "BROKEN\n\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}rest", to: "journal")
        try await following {
            try await until { calls.count > 3 }
            bench.rewrite(entry(1) + entry(2), to: "journal")
            try await bench.wait(["m1", "m2"])
        }
        #expect(bench.outlet.messages == ["m1", "m2"])
    }

    @Test("the real journalctl reads a real journal", .enabled(if: RealJournal.isThere, "needs systemd-journal-remote"))
    func real() async throws {
        let entries = (1...300).map { entry($0, "PRIORITY=4\n_BOOT_ID=66a2e4bcba0944138e8707c054c0cbeb\n") }
        bench.rewrite(
            entries.map { $0.replacing("__CURSOR=c", with: "__MONOTONIC_TIMESTAMP=") }.joined(), to: "export")
        try await RealJournal.make(from: bench.path("export"), bench.path("t.journal"))
        let (bench, path) = (bench, bench.path("t.journal"))
        for _ in 1...2 {
            try await withThread(named: "test-journal") {
                var rule = JournalRule()
                rule.arguments = ["--file=\(path)"]
                rule.from = .start
                try await JournalFollower(
                    rule, stateFile: bench.path("position"), messageBytes: { 480 }, feeds: bench.feeds,
                    gaps: bench.gaps, logger: silent
                ).run(once: true)
            }
        }
        #expect(bench.outlet.messages == (1...300).map { "m\($0)" })
        #expect(bench.outlet.events.last?.data["log.syslog.severity.name"] == "warning")
        #expect(bench.gaps.records.isEmpty)
    }
}
