import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("Senders", .serialized, .timeLimit(.minutes(1)))
struct SenderTests {
    @Test("The emitter's own messages are dropped, from its process and from whoever forwards its log")
    func own() async throws {
        let folder = try TemporaryFolder()
        let receiver = try LiveReceiver("{unix: [\(folder.path)/log], tcp: [\"127.0.0.1:0\"]}", knowsOwn: true)
        try Sender(path: folder.path + "/log").send("<13>app: by the kernel's word")
        let forwarder = try Sender(SOCK_STREAM, port: receiver.port(1))
        forwarder.send("<13>1 - web-01 exhaust-emitter-syslog \(getpid()) - - own\n")
        forwarder.send("<13>1 - web-01 exhaust-emitter-syslog 1 - - of another start\n")
        try await receiver.receive(1)
        try await until { receiver.counters.snapshot["syslog.own_dropped"] == 2 }
        #expect(receiver.sink.messages == ["of another start"])
        try await receiver.stop()
    }

    @Test("A process that began after the message was sent is not its sender, whatever its pid")
    func executable() async throws {
        var executables = SenderExecutables()
        #expect(executables.executable(of: getpid(), sent: .seconds(0)) == nil)
        let always = Duration.seconds(Int64.max / 4)
        #expect(executables.executable(of: getpid(), sent: always)?.hasPrefix("/") == true)
        #expect(executables.executable(of: getpid(), sent: .seconds(0)) == nil)
        let child = try ChildProcess(["sleep", "60"])
        try await until { [pid = child.pid] in
            var executables = SenderExecutables()
            return executables.executable(of: pid, sent: always)?.hasSuffix("/sleep") == true
        }
        #expect(executables.executable(of: child.pid, sent: always)?.hasSuffix("/sleep") == true)
        child.signal(SIGKILL)
        _ = await child.wait(upTo: .seconds(5))
        #expect(executables.executable(of: child.pid, sent: always) == nil)
        #expect(executables.executable(of: 0, sent: always) == nil)
    }

    @Test("Of a sender that sends too much, what is beyond the limit is counted in a gap of its own")
    func rateLimit() async throws {
        let receiver = try LiveReceiver(
            "{unix: [], udp: [\"127.0.0.1:0\"], rate_limit: {per_second: 1, burst: 10}}")
        let sender = try Sender(SOCK_DGRAM, port: receiver.port())
        for number in 0..<50 { sender.send("<13>app: \(number)") }
        try await until { receiver.sink.records.contains { $0.type == .gap } }
        try await until { receiver.counters.snapshot["syslog.rate_limited", default: 0] >= 35 }
        try await receiver.stop()
        let gaps = receiver.sink.records.filter { $0.type == .gap }
        for gap in gaps {
            #expect(gap.data["kind"] == "syslog.rate_limited")
            #expect(gap.data["client.address"] == "127.0.0.1")
        }
        let lost = gaps.compactMap { $0.data["count"]?.int }.reduce(0, +)
        #expect(Int(lost) + receiver.sink.messages.count == 50)
    }

    @Test("A connection that sends too much is read later, and loses nothing")
    func connectionLimit() async throws {
        let receiver = try LiveReceiver(
            "{unix: [], tcp: [\"127.0.0.1:0\"], rate_limit: {per_second: 100, burst: 10}}")
        let sender = try Sender(SOCK_STREAM, port: receiver.port())
        let start = ContinuousClock.now
        for number in 0..<30 { sender.send("<13>app: \(number)\n") }
        try await receiver.receive(1)
        try await Task.sleep(for: .milliseconds(50))
        for number in 30..<60 { sender.send("<13>app: \(number)\n") }
        try await receiver.receive(60)
        #expect(ContinuousClock.now - start > .milliseconds(150))
        #expect(receiver.sink.messages == (0..<60).map(String.init))
        try await receiver.stop()
    }

    @Test("The limiter's table is bounded, and senders beyond it share one limit")
    func boundedTable() {
        var limiter = RateLimiter()
        limiter.limit = RateLimit(perSecond: 1, burst: 1)
        let now = ContinuousClock.now
        for user in 0..<UInt32(RateLimiter.senders) { #expect(limiter.refuses(.user(user), at: now) == nil) }
        #expect(limiter.refuses(.user(0), at: now) == .user(0))
        #expect(limiter.refuses(.user(.max), at: now) == nil)
        #expect(limiter.refuses(.user(.max - 1), at: now) == .others)
        // When the known ones may send again there is room for new ones.
        #expect(limiter.refuses(.user(.max), at: now + .seconds(2)) == nil)
        #expect(limiter.refuses(.user(.max), at: now + .seconds(2)) == .user(.max))
    }

    @Test("What the kernel drops is counted: received and told make up what was sent")
    func kernelDrops() async throws {
        let configuration = try YAMLReader.parse("{unix: [], udp: [\"127.0.0.1:0\"]}", file: "test")
            .decode(SyslogConfiguration.self)
        let listeners = try Listener.open(configuration)
        listeners[0].socket.set(SO_RCVBUF, 4096)
        let sender = try Sender(SOCK_DGRAM, port: UInt16(listeners[0].port ?? 0))
        for number in 0..<500 { sender.send("<13>app: \(number)") }
        let (sink, counters) = (ListSink(), Counters())
        ReceiveLoop(
            listeners: listeners, settings: { configuration.loopSettings }, sink: sink,
            logger: .init(label: "test"), counters: counters
        ).run { true }
        let gap = try #require(sink.records.first { $0.type == .gap })
        #expect(gap.data["kind"] == "syslog.kernel_drop")
        #expect(gap.data["listener.name"] == "udp 127.0.0.1:0")
        #expect(Int(gap.data["count"]?.int ?? 0) + sink.messages.count == 500)
        #expect(sink.messages.count < 500)
    }
}
