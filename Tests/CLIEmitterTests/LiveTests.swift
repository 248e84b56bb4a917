import ExhaustCore
import Glibc
import Testing

@testable import CLIEmitter

/// The real kernel; what it does not allow is skipped with a word.
@Suite("The kernel's view", .serialized, .timeLimit(.minutes(1)))
struct LiveTests {
    /// Starts `program` and gives its pid.
    private func start(_ program: String, _ arguments: [String]) throws -> Int32 {
        var pid = pid_t()
        var words = (["\(program)"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        try #require(posix_spawn(&pid, program, nil, nil, &words, environ) == 0)
        return pid
    }

    @Test("the proc connector tells of fork, exec with arguments, and exit with its status")
    func connector() throws {
        let opened: ProcessConnector?
        do { opened = try ProcessConnector(readsExecs: true) } catch {
            print("skipped: \(error)")
            opened = nil
        }
        guard var connector = opened else { return }
        defer { connector.close() }
        // `sleep` lives long enough to be read on a machine whose cores are all taken.
        let pid = try start("/bin/sh", ["-c", "sleep 0.2; exit 7"])
        defer { waitpid(pid, nil, 0) }
        var events: [KernelEvent] = []
        // A busy machine has much else to tell.
        let deadline = ContinuousClock.now + .seconds(20)
        while .now < deadline, !events.contains(where: { $0.pid == pid && $0.change == .exit(status: 7 << 8) }) {
            events += connector.receive().events
        }
        let own = events.filter { $0.pid == pid }
        #expect(own.contains { $0.change == .fork(parent: getpid()) } && own.last?.change == .exit(status: 7 << 8))
        let details = own.compactMap { if case .exec(let details) = $0.change { details } else { nil } }.first
        #expect(details?.arguments == ["/bin/sh", "-c", "sleep 0.2; exit 7"])
        #expect(details?.parent == getpid() && details?.users?.real == getuid() && details?.startTicks != nil)
        #expect(connector.running(at: .now()).contains { $0.pid == getpid() })
    }

    /// Audit with a rule, unless an auditd would hear of it.
    private func openAudit() -> AuditSource? {
        let files = ProcessFiles()
        guard !files.all().contains(where: { files.details(of: $0).name == "auditd" }) else {
            print("skipped: an auditd is running")
            return nil
        }
        do { return try AuditSource(addsRule: true) } catch {
            print("skipped: \(error)")
            return nil
        }
    }

    @Test("audit's multicast group gives execs whole, by a rule that goes with the emitter")
    func audit() throws {
        guard var source = openAudit() else { return }
        let pid = try start("/bin/true", ["with a blank", "ä"])
        defer { waitpid(pid, nil, 0) }
        var found: ProcessDetails?
        let deadline = ContinuousClock.now + .seconds(20)
        while .now < deadline, found == nil {
            for event in source.receive().events where event.pid == pid {
                if case .exec(let details) = event.change { found = details }
            }
        }
        let details = try #require(found)
        #expect(details.arguments == ["/bin/true", "with a blank", "ä"] && details.parent == getpid())
        try source.close()
    }

    @Test("audit is left as it was found, also by the emitter that comes after one that was killed")
    func auditLeft() throws {
        guard let killed = openAudit() else { return }
        // Its rule says what it found, though audit is on now.
        let next = try AuditSource(addsRule: true)
        try next.close()
        #expect(next.wasOff == killed.wasOff)
        let last = try AuditSource(addsRule: true)
        try last.close()
        #expect(last.wasOff == killed.wasOff)
    }
}
