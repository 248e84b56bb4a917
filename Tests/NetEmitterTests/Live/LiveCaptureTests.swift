import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import NetEmitter

@Suite(
    "Live capture", .enabled(if: TestNetwork.isPossible, "\(TestNetwork.needs)"), .serialized, .timeLimit(.minutes(1)))
struct LiveCaptureTests {
    private let here = IPAddress(ipv4: 0x0a01_0001)
    private let there = IPAddress(ipv4: 0x0a01_0002)

    @Test("frames come as they were sent, cut where their payload begins to be of no use, but for DNS")
    func frames() async throws {
        try await TestNetwork.with { network in
            var settings = CaptureSettings()
            settings.snapLength = 100
            let payload = [UInt8](repeating: 7, count: 900)
            let sent = [
                Frames.frame(from: there, 9, to: here, 9, protocolNumber: 17, payload: payload),
                Frames.frame(from: there, 53, to: here, 9, protocolNumber: 17, payload: payload),
                Frames.frame(from: there, 1, to: here, 2, tags: [(0x8100, 0x2005)]),
                Frames.frame(from: there, 3, to: here, 4, tags: [(0x88a8, 7), (0x8100, 5)]),
                Frames.frame(from: IPAddress(ipv6: 1, 2), 5, to: IPAddress(ipv6: 1, 3), 6),
            ]
            let run = CaptureRun()
            let before = Timestamp.now()
            try await run.capture(network, settings) { _ in
                try await network.inFar { try FrameSender.send(sent, from: "far") }
                try await run.wait(for: sent.count)
            }
            #expect(run.frames.map(\.length) == sent.map(\.count))
            // The tag that the kernel takes out does not count for the cut.
            #expect(run.frames.map(\.bytes) == [Array(sent[0].prefix(100))] + sent[1...])
            #expect(run.frames.allSatisfy { $0.time > before && $0.time < Timestamp.now() })
            #expect(run.finished == 1 && run.counters.snapshot["net.packets"] == 5 && run.records.isEmpty)
        }
    }

    @Test("what the host sends is captured as well; the broker's packets are not, tagged or not, nor the loopback's")
    func excludes() async throws {
        try await TestNetwork.with { network in
            var settings = CaptureSettings()
            let there6 = IPAddress(ipv6: 1, 2)
            settings.excluded = [there, there6].map { CaptureFilter.Endpoint(address: $0, port: 5671) }
            let run = CaptureRun()
            let (here, there) = (here, there)
            try await run.capture(network, settings) { capture in
                let tags: [(UInt16, UInt16)] = [(0x8100, 5)]
                let incoming = [
                    Frames.frame(from: there, 5671, to: here, 9), Frames.frame(from: there, 1, to: here, 9),
                    Frames.frame(from: there, 5671, to: here, 9, tags: tags),
                    Frames.frame(from: there6, 5671, to: IPAddress(ipv6: 1, 1), 9, tags: tags + tags),
                    Frames.frame(from: there, 2, to: here, 9, tags: tags),
                ]
                try await network.inFar { try FrameSender.send(incoming, from: "far") }
                let outgoing = [
                    Frames.frame(from: here, 9, to: there, 5671), Frames.frame(from: here, 9, to: there, 3),
                    Frames.frame(from: here, 9, to: there, 5671, tags: tags),
                    Frames.frame(from: IPAddress(ipv6: 1, 1), 9, to: there6, 5671),
                ]
                try await network.inNear {
                    try FrameSender.send(outgoing, from: "near")
                    try FrameSender.send(outgoing, from: "lo")
                }
                try await run.wait(for: 3)
                #expect(run.frames.map(\.bytes) == [incoming[1], incoming[4], outgoing[1]])
                try capture.exclude([])
                try await network.inNear { try FrameSender.send(outgoing, from: "near") }
                try await run.wait(for: 7)
            }
            #expect(run.frames.count == 7)
        }
    }

    @Test("an interface that goes and comes back is captured again, and one that is not there yet is waited for")
    func returns() async throws {
        try await TestNetwork.with { network in
            var settings = CaptureSettings()
            settings.interfaces = InterfaceSelection(["near", "later0"])
            settings.isPromiscuous = true
            let frame = Frames.frame(from: there, 1, to: here, 2)
            let run = CaptureRun()
            try await run.capture(network, settings) { capture in
                let following = Task {
                    try await network.inNear {
                        let follower = try LinkFollower(
                            LinkSettings(), counters: run.counters, logger: run.log.logger, offer: { run.offer($0) })
                        try follower.run(isStopped: { Task.isCancelled }) { try? capture.select(among: $0) }
                    }
                }
                for count in 1...3 {
                    // However long the follower takes to see the new one.
                    for _ in 0..<100 where run.frames.count < count {
                        try await network.inFar { try FrameSender.send([frame], from: "far") }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    #expect(run.frames.count >= count)
                    try await network.near("ip", "link", "del", "near")
                    try await network.addLink()
                }
                following.cancel()
                try await following.value
            }
            #expect(run.log.count(of: "capturing") >= 3)
            check(run)
        }
    }

    private func check(_ run: CaptureRun) {
        let missing = run.log.lines(at: .warning).filter { $0.contains("no such interface") }
        #expect(missing.filter { $0.contains("later0") }.count == 1)
        #expect(missing.filter { $0.contains("near") }.count >= 2)
        let changes = run.records.filter { $0.type == "exhaust.net.link" }
        #expect(changes.contains { $0.data["exhaust.net.change"] == "removed" })
        #expect(changes.contains { $0.data["exhaust.net.promiscuous"] == true })
    }

    @Test("threads share the packets by hosts, both directions of each on one")
    func fanout() async throws {
        try await TestNetwork.with { network in
            var settings = CaptureSettings()
            settings.threads = 2
            settings.ringBytes = 1 << 20
            let run = CaptureRun()
            let hosts = (0..<20).map { IPAddress(ipv4: 0x0a02_0000 + $0) } + (0..<20).map { IPAddress(ipv6: 9, $0) }
            let home: @Sendable (IPAddress) -> IPAddress = { [here] in $0.isIPv4 ? here : IPAddress(ipv6: 9, 99) }
            try await run.capture(network, settings) { _ in
                for tags in [[], [(0x8100, 5)], [(0x88a8, 7), (0x8100, 5)]] as [[(UInt16, UInt16)]] {
                    let sent = hosts.map { Frames.frame(from: $0, 1, to: home($0), 2, tags: tags) }
                    try await network.inFar { try FrameSender.send(sent, from: "far") }
                }
                let answers = hosts.map { Frames.frame(from: home($0), 2, to: $0, 1) }
                try await network.inNear { try FrameSender.send(answers, from: "near") }
                try await run.wait(for: 160)
            }
            var threads: [IPAddress: Set<Int>] = [:]
            var parser = PacketParser()
            for frame in run.frames {
                frame.bytes.withUnsafeBytes { bytes in
                    let packet = parser.parse(
                        FrameBytes(bytes), linkType: .ethernet, time: frame.time, frameLength: frame.length)
                    guard let packet else { return }
                    let peer = packet.sourcePort == 1 ? packet.source : packet.destination
                    threads[peer, default: []].insert(frame.thread)
                }
            }
            #expect(run.frames.count == 160 && threads.count == 40)
            #expect(threads.values.allSatisfy { $0.count == 1 })
            #expect(Set(threads.values.flatMap { $0 }) == [0, 1])
        }
    }

    @Test("what finds no room in the ring is published as a gap, to the packet")
    func gaps() async throws {
        try await TestNetwork.with { network in
            var settings = CaptureSettings()
            settings.ringBytes = 1
            let frames = (0..<100).map { Frames.frame(from: there, $0, to: here, 9, protocolNumber: 17) }
            let run = CaptureRun(delay: 500)
            try await run.capture(network, settings) { _ in
                try await network.inFar { try FrameSender.send(frames, times: 200, from: "far") }
                try await Task.sleep(for: .milliseconds(100))
            }
            let lost = run.records.reduce(0) { $0 + ($1.data["count"]?.int ?? 0) }
            #expect(lost > 0 && run.records.allSatisfy { $0.type == .gap && $0.data["kind"] == "net.capture_drop" })
            #expect(Int64(run.frames.count) + lost == 20_000)
            #expect(run.counters.snapshot["net.packets_dropped"] == lost)
        }
    }

    @Test("it stops at once, and rests while nothing comes")
    func stops() async throws {
        try await TestNetwork.with { network in
            let run = CaptureRun()
            var settings = CaptureSettings()
            settings.threads = 3
            var end = ContinuousClock.now
            try await run.capture(network, settings) { _ in
                try await Task.sleep(for: .milliseconds(500))
                end = .now
            }
            #expect(ContinuousClock.now - end < .milliseconds(600))
            #expect(run.rests >= 6 && run.finished == 3)
        }
    }

    @Test("without the privilege it says which one")
    func privilege() async throws {
        try await withThread(named: "test-privilege") {
            // Of this thread alone, which ends with it. Swift's Glibc does not show capset(2): version 3, this thread.
            typealias Set = @convention(c) (UnsafeRawPointer, UnsafeRawPointer) -> Int32
            let capset = try #require(dlsym(nil, "capset"))
            let (header, none): ([UInt32], [UInt32]) = ([0x2008_0522, 0], [0, 0, 0, 0, 0, 0])
            #expect(unsafeBitCast(capset, to: Set.self)(header, none) == 0)
            let error = try #require(throws: ExhaustError.self) { try PacketRing(bytes: 1 << 20) }
            #expect(error.code == .notPermitted && "\(error)".contains("CAP_NET_RAW"))
        }
    }
}
