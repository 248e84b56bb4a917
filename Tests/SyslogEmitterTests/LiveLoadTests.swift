import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("Live sockets under load", .serialized, .timeLimit(.minutes(1)))
struct LiveLoadTests {
    @Test("While the outbox is full TCP is not read, and nothing of it is lost")
    func backPressure() async throws {
        let sink = ListSink(capacity: 5)
        let receiver = try LiveReceiver("{unix: [], tcp: [\"127.0.0.1:0\"]}", sink: sink)
        let sender = try Sender(SOCK_STREAM, port: receiver.port())
        for number in 0..<500 { sender.send("<13>app: \(number)\n") }
        try await receiver.receive(5)
        try await Task.sleep(for: .milliseconds(50))
        #expect(sink.records.count == 5)
        sink.setCapacity(.max)
        try await receiver.receive(500)
        #expect(sink.messages == (0..<500).map(String.init))
        try await receiver.stop()
    }

    @Test("Datagrams that find the outbox full are counted in a gap: received and lost make up what was sent")
    func datagramLoss() async throws {
        let folder = try TemporaryFolder()
        let sink = ListSink(capacity: 3)
        let receiver = try LiveReceiver("unix: [\(folder.path)/log]", sink: sink)
        let sender = try Sender(path: folder.path + "/log")
        for number in 0..<50 { sender.send("<13>app: \(number)") }
        try await until { receiver.counters.snapshot["syslog.dropped"] == 47 }
        sink.setCapacity(.max)
        try await receiver.receive(4)
        let gap = try #require(sink.records.last)
        #expect(gap.type == .gap)
        #expect(gap.data["kind"] == "syslog.outbox_full")
        #expect(gap.data["count"] == 47)
        #expect(gap.data["since"]?.string.flatMap(Timestamp.init(rfc3339:)) != nil)
        try await receiver.stop()
    }

    @Test("A full outbox does not hold up datagrams behind a connection that waits")
    func independence() async throws {
        let folder = try TemporaryFolder()
        let sink = ListSink(capacity: 0)
        let receiver = try LiveReceiver("{unix: [\(folder.path)/log], tcp: [\"127.0.0.1:0\"]}", sink: sink)
        let stream = try Sender(SOCK_STREAM, port: receiver.port(1))
        stream.send("<13>app: waits\n")
        let datagrams = try Sender(path: folder.path + "/log")
        for _ in 0..<100 { datagrams.send("<13>app: does not wait") }
        try await until { receiver.counters.snapshot["syslog.dropped"] == 100 }
        sink.setCapacity(.max)
        try await until { sink.messages.contains("waits") }
        try await receiver.stop()
    }

    @Test("Stopping reads what the sockets still hold, also a frame that is not complete")
    func stop() async throws {
        let folder = try TemporaryFolder()
        let configuration = try YAMLReader.parse(
            "{unix: [\(folder.path)/log], tcp: [\"127.0.0.1:0\"]}", file: "test"
        ).decode(SyslogConfiguration.self)
        let listeners = try Listener.open(configuration)
        let datagrams = try Sender(path: folder.path + "/log")
        let stream = try Sender(SOCK_STREAM, port: UInt16(listeners[1].port ?? 0))
        for number in 0..<5 { datagrams.send("<13>app: \(number)") }
        stream.send("<13>app: whole\n<13>app: cut")
        let sink = ListSink()
        // Told to stop before it begins, so that all of it is the last reading.
        ReceiveLoop(
            listeners: listeners, settings: { configuration.loopSettings }, sink: sink,
            logger: .init(label: "test"), counters: Counters(), own: OwnMessages(pid: -1)
        ).run { true }
        #expect(Set(sink.messages) == ["0", "1", "2", "3", "4", "whole", "cut"])
        let cut = sink.records.first { $0.data["message"] == "cut" }
        #expect(cut?.data["exhaust.parse.error"] == "the emitter stopped before the frame was complete")
        #expect(access(folder.path + "/log", F_OK) != 0)
    }

    @Test("A sender that is asked to end while it sends has everything delivered that it sent")
    func stopUnderWay() async throws {
        let receiver = try LiveReceiver("{unix: [], tcp: [\"127.0.0.1:0\"]}")
        let sender = try Sender(SOCK_STREAM, port: receiver.port())
        let sending = Task.detached {
            var count = 0
            while !sender.isClosedByPeer {
                sender.send("<13>app: \(count)\n")
                count += 1
                if count % 20 == 0 { usleep(1000) }
            }
            sender.finish()
            return count
        }
        try await receiver.receive(100)
        try await receiver.stop()
        let count = await sending.value
        #expect(receiver.sink.messages == (0..<count).map(String.init))
        #expect(!receiver.log.text.contains { $0.contains("lost") })
    }

    @Test("What could not be taken before the stop is told")
    func stopWithoutRoom() async throws {
        let receiver = try LiveReceiver("{unix: [], tcp: [\"127.0.0.1:0\"]}", sink: ListSink(capacity: 0))
        let sender = try Sender(SOCK_STREAM, port: receiver.port())
        sender.send("<13>app: one\n")
        try await Task.sleep(for: .milliseconds(100))
        sender.send("<13>app: two\n")
        try await receiver.stop()
        let words = "stopped before all that had arrived was taken: it is lost bytes.unread=13 messages.count=1"
        #expect(receiver.log.text.contains(words))
    }

    @Test("A file gives the same records at any time: years and missing times are as of when it was written")
    func file() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/messages"
        let text = Array("first\nNov 22 07:00:00 web-01 a: one\n12 <13>app: ok!Jan  2 00:00:00 web-01 a: three".utf8)
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        write(descriptor, text, text.count)
        // 2021-02-01T00:00:00Z
        let written = [timespec(tv_sec: 1_612_137_600, tv_nsec: 0), timespec(tv_sec: 1_612_137_600, tv_nsec: 0)]
        futimens(descriptor, written)
        close(descriptor)
        let sink = ListSink()
        let maker = RecordMaker(zone: .fixed(0), aheadLimit: nil)
        try await FileInput(path: path, maker: maker, messageBytes: 65_536).run(into: sink)
        #expect(sink.messages == ["first", "one", "ok!", "three"])
        let times = ["2021-02-01T00:00:00Z", "2020-11-22T07:00:00Z", "2020-11-22T07:00:00Z", "2021-01-02T00:00:00Z"]
        #expect(sink.records.map(\.time) == times.compactMap(Fixtures.time))
        #expect(sink.records.allSatisfy { $0.recordedTime == nil && $0.data["network.transport"] == nil })
        let missing = await #expect(throws: ExhaustError.self) {
            try await FileInput(path: path + "x", maker: maker, messageBytes: 480).run(into: sink)
        }
        #expect(missing?.code == .noInput)
    }
}
