import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Synchronization
import Testing

@testable import NetEmitter

@Suite(
    "Changes of the host's network, live", .enabled(if: TestNetwork.isPossible, "\(TestNetwork.needs)"), .serialized,
    .timeLimit(.minutes(1)))
struct LinkFollowerTests {
    /// A follower in the near namespace, and what it published.
    private final class Following: Sendable {
        private let content = Mutex<(records: [TelemetryRecord], counts: [Int])>(([], []))
        private let log = LogRecorder()
        private let delay: Duration

        /// The outbox takes the first record after `delay`.
        init(delay: Duration = .zero) { self.delay = delay }

        var records: [TelemetryRecord] { content.withLock { $0.records } }
        /// How many interfaces there were whenever they changed.
        var counts: [Int] { content.withLock { $0.counts } }

        func run(_ network: TestNetwork, _ settings: LinkSettings = LinkSettings()) -> Task<Void, any Error> {
            Task {
                try await network.inNear {
                    let follower = try LinkFollower(settings, counters: Counters(), logger: self.log.logger) { record in
                        let isFirst = self.content.withLock { content in
                            content.records.append(record)
                            return content.records.count == 1
                        }
                        if isFirst { usleep(UInt32(self.delay.inMilliseconds * 1000)) }
                        return true
                    }
                    try follower.run(isStopped: { Task.isCancelled }) { interfaces in
                        self.content.withLock { $0.counts.append(interfaces.count) }
                    }
                }
            }
        }

        /// Waits for a record of `type` with these fields, three seconds at most.
        func record(_ type: EventType, _ fields: ValueMap) async throws -> TelemetryRecord {
            for _ in 0..<300 {
                let found = records.first { record in
                    record.type == type && fields.entries.allSatisfy { record.data[$0.key] == $0.value }
                }
                if let found { return found }
                try await Task.sleep(for: .milliseconds(10))
            }
            throw ExhaustError(.software, "no \(type) with \(fields.entries) in \(records.map(\.data.entries))")
        }
    }

    @Test("what is there, what comes, changes and goes, and the default route that the kernel takes without a word")
    func changes() async throws {
        try await TestNetwork.with { network in
            let following = Following()
            let task = following.run(network)
            let link: EventType = "exhaust.net.link"
            let present = try await following.record(
                link, ["network.interface.name": "near", "exhaust.net.change": "present"])
            #expect(present.data["exhaust.net.kind"] == "veth" && present.data["exhaust.net.mtu"] == 1500)
            try await network.near("ip", "link", "set", "near", "mtu", "1400")
            let mtu = try await following.record(link, ["exhaust.net.mtu": 1400])
            #expect(mtu.data["exhaust.net.previous"] == ["exhaust.net.mtu": 1500] && mtu.severityNumber == 9)
            try await network.near("ip", "link", "set", "near", "address", "02:00:00:00:00:42")
            _ = try await following.record(link, ["exhaust.net.mac": "02:00:00:00:00:42"])
            try await network.near("ip", "address", "add", "10.1.0.1/24", "dev", "near")
            let address = try await following.record("exhaust.net.address", ["exhaust.net.address": "10.1.0.1"])
            #expect(address.data["exhaust.net.prefix_length"] == 24 && address.data["exhaust.net.change"] == "added")
            try await network.near("ip", "route", "add", "default", "via", "10.1.0.2")
            let route: ValueMap = ["exhaust.net.destination": "default", "exhaust.net.gateway": "10.1.0.2"]
            _ = try await following.record("exhaust.net.route", route)
            try await network.near("ip", "neigh", "add", "10.1.0.2", "lladdr", "02:00:00:00:00:07", "dev", "near")
            _ = try await following.record("exhaust.net.neighbour", ["exhaust.net.mac": "02:00:00:00:00:07"])
            try await network.far("ip", "link", "set", "far", "down")
            let cut = try await following.record(link, ["exhaust.net.carrier": false])
            #expect(cut.severityNumber == 13 && cut.data["network.interface.name"] == "near")
            try await network.near("ip", "link", "set", "near", "down")
            let lost = try await following.record(
                "exhaust.net.route", ["exhaust.net.destination": "default", "exhaust.net.change": "removed"])
            #expect(lost.severityNumber == 13)
            try await network.near("ip", "link", "del", "near")
            _ = try await following.record(link, ["exhaust.net.change": "removed"])
            task.cancel()
            try await task.value
            #expect(following.counts.first == 2 && following.counts.last == 1)
            #expect(following.records.allSatisfy { $0.type != .gap })
        }
    }

    @Test("the counters of interfaces are those of /proc/net/dev, at once and at each interval")
    func counters() async throws {
        try await TestNetwork.with { network in
            let following = Following()
            var settings = LinkSettings()
            settings.subjects = []
            settings.countersInterval = .milliseconds(300)
            let frame = Frames.frame(from: IPAddress(ipv4: 1), 1, to: IPAddress(ipv4: 2), 2)
            try await network.inFar { try FrameSender.send([frame], times: 10, from: "far") }
            try await network.inNear { try FrameSender.send([frame], times: 3, from: "near") }
            let task = following.run(network, settings)
            for _ in 0..<300 where following.records.count < 3 { try await Task.sleep(for: .milliseconds(10)) }
            task.cancel()
            try await task.value
            #expect(following.records.count >= 3 && following.records.allSatisfy { $0.type == "exhaust.net.interface" })
            let interfaces = following.records.last?.data["system.network"]?.list ?? []
            let near = try #require(interfaces.first { $0["network.interface.name"] == "near" })
            #expect(near["system.network.packet.count"] == ["receive": 10, "transmit": 3])
            let size = Int64(frame.count)
            #expect(near["system.network.io"] == ["receive": .int(10 * size), "transmit": .int(3 * size)])
        }
    }

    @Test("what the kernel could not tell in time is counted as a gap, and what is so then is told all the same")
    func losses() async throws {
        try await TestNetwork.with { network in
            let following = Following(delay: .seconds(2))
            let task = following.run(network)
            _ = try await following.record("exhaust.net.link", ["exhaust.net.change": "present"])
            let commands =
                "for i in $(seq 4000); do echo link set near mtu $((1400 + i % 2)); done; "
                + "echo link set near mtu 1444"
            try await network.near("sh", "-c", "{ \(commands); } | ip -batch -")
            let gap = try await following.record(.gap, ["kind": "net.link_lost"])
            #expect((gap.data["count"]?.int ?? 0) > 0)
            _ = try await following.record("exhaust.net.link", ["exhaust.net.mtu": 1444])
            task.cancel()
            try await task.value
        }
    }
}
