import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import AcctEmitter

@Suite(
    "taskstats, live", .enabled(if: Emitter.canListen, "needs CAP_NET_ADMIN in the first PID namespace"), .serialized)
struct TaskstatsLiveTests {
    /// Runs `command` below `/usr/bin/time -v` and gives what that says and what taskstats does. It runs as a program
    /// called `name`, which nobody else on the machine does.
    private func measure(
        _ command: [String], as name: String, in directory: TemporaryDirectory
    ) async throws -> (report: [String: String], usage: ProcessTotals) {
        let copy = "\(directory.path)/\(name)"
        try await ChildProcess.run(["sh", "-c", "cp \"$(command -v \"$1\")\" \"$2\"", "sh", command[0], copy])
        var tasks = try TaskSource()
        let output = try await ChildProcess.run(
            ["sh", "-c", "/usr/bin/time -v \"$@\" 2>&1 || true", "sh", copy] + command.dropFirst())
        var report: [String: String] = [:]
        for line in output.split(separator: "\n") {
            guard let space = line.lastIndex(of: " ") else { continue }
            report[line[..<space].dropLast().filter { $0 != "\t" }] = String(line[space...].dropFirst())
        }
        #expect(try tasks.collect(hasDetails: false) == 0)
        let found = tasks.takeWaiting(since: .now).filter { $0.last.command == Array(name.utf8) }
        return (report, try #require(found.last))
    }

    @Test(
        "known programs use what /usr/bin/time -v says",
        .enabled(if: Emitter.hasProgram("time"), "needs Debian's time"),
        arguments: [
            ["bash", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exit 3"],
            ["dd", "if=/dev/zero", "of=/tmp/exhaust-acct-test", "bs=8M", "count=2", "conv=fsync"],
            ["perl", "-e", "$x = 'x' x 50_000_000; select(undef, undef, undef, 0.01) for 1..20"],
        ])
    func equalsTime(command: [String]) async throws {
        defer { unlink("/tmp/exhaust-acct-test") }
        let (report, found) = try await Fixture.inDirectory { directory in
            try await measure(command, as: "exhaust-timed", in: directory)
        }
        func number(_ key: String) -> Double { report[key].flatMap(Double.init) ?? .nan }
        let usage = found.usage
        func sum(_ name: String) -> Double {
            TaskUsage.sums.firstIndex { $0.name == name }.map { Double(usage.sums[$0]) } ?? .nan
        }
        // Taskstats has what ticks of the clock have sampled, wait4(2) what the scheduler has measured.
        let time = number("User time (seconds)") + number("System time (seconds)")
        let told = (sum("user_microseconds") + sum("system_microseconds")) / 1e6
        #expect(abs(told - time) <= 0.05 + time / 5, "\(told) \(report)")
        #expect(abs(Double(usage.peakResidentKiB) - number("Maximum resident set size (kbytes)")) <= 512)
        #expect(abs(sum("minor_faults") - number("Minor (reclaiming a frame) page faults")) <= 20)
        #expect(sum("major_faults") == number("Major (requiring I/O) page faults"))
        #expect(abs(sum("voluntary_switches") - number("Voluntary context switches")) <= 5)
        #expect(abs(sum("involuntary_switches") - number("Involuntary context switches")) <= 20)
        #expect(abs(sum("disk_write_bytes") / 512 - number("File system outputs")) <= 16)
        #expect(ProcessEnd(waitStatus: found.waitStatus) == .exited(Int(number("Exit status"))))
        #expect(found.last.executableInode != 0 && found.last.version >= 13)
    }

    @Test("the emitter joins both sources: each process once, with what both know; from taskstats alone as well")
    func joined() async throws {
        for sources in ["[pacct,taskstats]", "[taskstats]"] {
            try await Fixture.inDirectory { directory in
                // In the first namespace others end as well, and an accounting file would be the machine's: it is not
                // turned on, so that with both sources taskstats tells alone.
                try directory.write([], to: "pacct")
                let events = "\(directory.path)/events.jsonl"
                let emitter = try ChildProcess(
                    [
                        Emitter.path, "--to", events, "--set", "sources=\(sources)", "--set", "accounting=follow",
                        "--set", "file=\(directory.path)/pacct",
                    ], output: "\(directory.path)/log")
                defer { emitter.signal(SIGKILL) }
                try await Task.sleep(for: .seconds(1))
                let program = "\(directory.path)/exhaust-known"
                try await ChildProcess.run(["sh", "-c", "cp /bin/true \(program); for i in 1 2 3; do \(program); done"])
                try await Task.sleep(for: .seconds(4))
                emitter.signal(SIGTERM)
                #expect(await emitter.wait(upTo: .seconds(20)) == 0)
                let known = try Emitter.events("events.jsonl", in: directory).filter {
                    $0.data["process.command"] == "exhaust-known"
                }
                #expect(known.count == 3)
                #expect(known.allSatisfy { ($0.data["exhaust.acct.executable_inode"]?.int ?? 0) > 0 })
            }
        }
    }
}
