import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("The kernel's log", .timeLimit(.minutes(3)))
struct KernelTests {
    private let bench: SourceBench
    private let started = Timestamp(seconds: 1000)

    init() throws { bench = try SourceBench() }

    @Test("a record has priority, sequence, time, text and dictionary; escapes are decoded")
    func record() throws {
        let text =
            #"6,339,5140900,c,caller=T1;NET: Registered \x09\x41 \\xZZ"#
            + "\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0\n"
        let record = try #require(KernelRecord(Array(text.utf8)))
        #expect(record.sequence == 339)
        #expect(record.isFragment)
        let event = record.telemetry(started: started, boot: "b", received: Fixtures.received, limit: 480)
        #expect(event.time == Timestamp(seconds: 1005, nanoseconds: 140_900_000))
        #expect(event.recordedTime == Fixtures.received)
        #expect(event.severityNumber == 9)
        #expect(event.data["message"] == .string("NET: Registered \tA \\\\xZZ"))
        #expect(event.data["exhaust.kmsg.dictionary"] == ["SUBSYSTEM": "pci", "DEVICE": "+pci:0000:00:01.0"])
        #expect(event.data["exhaust.kmsg.sequence"] == 339)
        #expect(event.data["exhaust.kmsg.fragment"] == true)
        #expect(event.data["exhaust.boot.id"] == "b")
        #expect(event.data["log.syslog.appname"] == "kernel")
        for wrong in ["", ";", "6,1,2;x", "a,1,2,-;x", "6,-1,2,-;x", "6,1,2,-"] {
            #expect(KernelRecord(Array(wrong.utf8)) == nil, "\(wrong)")
        }
    }

    @Test("whatever a record holds, it is read or refused")
    func mutations() {
        var random = SeededGenerator(seed: 17)
        let sample = Array((#"6,339,5140900,-;text \x41\x"# + "\n KEY=value\n").utf8)
        for _ in 0..<5000 {
            var bytes = sample.prefix(Int.random(in: 0...sample.count, using: &random))
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = KernelRecord(bytes)?.telemetry(started: started, boot: "b", received: Fixtures.received, limit: 480)
        }
    }

    @Test("bytes that are not UTF-8 are kept, and records of programs have no kernel as their name")
    func bytes() throws {
        let record = try #require(KernelRecord(Array(#"12,1,2,-;caf\xe9"#.utf8)))
        let event = record.telemetry(started: started, boot: "b", received: Fixtures.received, limit: 480)
        #expect(event.data["message"] == "caf\u{fffd}")
        #expect(event.data["exhaust.raw_base64"] == .bytes(Array("caf".utf8) + [0xe9]))
        #expect(event.data["log.syslog.facility.name"] == "user")
        #expect(event.data["log.syslog.appname"] == nil)
    }

    @Test("reading goes on behind what was confirmed, under the same names; what was overwritten is counted")
    func goesOn() async throws {
        try await feed(["6,4,1,-;four", "6,5,2,-;five"])
        #expect(bench.outlet.messages == ["four", "five"])
        try await feed(["6,4,1,-;four", "6,5,2,-;five", "6,6,3,-;six"])
        #expect(bench.outlet.messages == ["four", "five", "six"])
        #expect(bench.outlet.events.map(\.id) == ["1", "2", "3"])
        #expect(Set(bench.outlet.events.map(\.source)).count == 1)
        try await feed(["6,10,4,-;ten"])
        #expect(bench.gaps.records.first?.data["count"] == 3)
        #expect(bench.gaps.records.first?.data["kind"] == "syslog.kmsg_overwritten")
        try await feed(["6,0,1,-;zero"], boot: "another")
        #expect(bench.outlet.messages == ["four", "five", "six", "ten", "zero"])
        #expect(Set(bench.outlet.events.map(\.source)).count == 3)
        #expect(bench.gaps.records.count == 1)
    }

    /// Lets a follower read `records` from a packet socket, which gives one record a read as the device does.
    private func feed(_ records: [String], boot: String = "boot") async throws {
        let (bench, started) = (bench, started)
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0 else { return }
        defer { for end in ends { close(end) } }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        for record in records { _ = record.withCString { write(ends[0], $0, strlen($0)) } }
        let reading = ends[1]
        try await withThread(named: "test-kmsg") {
            try await KernelFollower(
                stateFile: bench.path("position"), boot: boot, messageBytes: { 480 }, feeds: bench.feeds,
                gaps: bench.gaps, logger: silent, started: { started }
            ).run(reading, once: true)
        }
    }

    @Test("the real one is read", .enabled(if: access("/dev/kmsg", R_OK) == 0))
    func real() async throws {
        let bench = bench
        try await withThread(named: "test-kmsg") {
            try await KernelFollower(
                stateFile: bench.path("position"), boot: "boot", messageBytes: { 480 }, feeds: bench.feeds,
                gaps: bench.gaps, logger: silent
            ).run(once: true)
        }
        let sequences = bench.outlet.events.compactMap { $0.data["exhaust.kmsg.sequence"]?.int }
        #expect(sequences == sequences.sorted())
        #expect(bench.gaps.records.isEmpty)
    }
}
