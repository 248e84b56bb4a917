import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import NetEmitter

@Suite("what is told of a flow")
struct FlowTelemetryTests {
    private static let client = IPAddress(ipv4: 0x0a00_0001)

    private static let telemetry = FlowTelemetry(
        owner: { local, _, transport in
            let name = local.address == client ? "curl" : "nginx"
            let fields: ValueMap = [
                "process.pid": 7, "process.command": .string(name), "process.executable.path": "/usr/bin/x",
                "process.user.id": 33, "process.user.name": "www-data", "exhaust.systemd.unit": "x.service",
                "container.id": "0123",
            ]
            return transport == Transport.tcp ? fields : nil
        },
        isLocal: { $0 == client })

    private static func data(_ script: String, _ telemetry: FlowTelemetry = telemetry) -> [ValueMap] {
        var (table, talk) = (FlowTable(), Conversation())
        var packets = talk.packets(script)
        talk.time = talk.time + .seconds(61)
        packets += talk.packets(">PA100 <A")
        for index in packets.indices {
            packets[index].vlan = 5
            packets[index].innerVLAN = 6
            packets[index].tunnelDepth = 1
            (packets[index].sourceMAC, packets[index].destinationMAC) = (0x0000_5e00_5323, 1)
        }
        return table.records(of: packets).map { telemetry.record(of: $0).data }
    }

    @Test("a connection of which two records tell")
    func connection() throws {
        let told = Self.data(">S <SA >A >PA100 <A")
        let (first, second) = (try #require(told.first), try #require(told.last))
        let expected: ValueMap = [
            "source.address": "10.0.0.1", "source.ip": "10.0.0.1", "source.port": 40_000, "source.packets": 3,
            "source.bytes": 262, "exhaust.net.source.ip_bytes": 220, "exhaust.net.source.payload_bytes": 100,
            "source.mac": "00-00-5E-00-53-23", "destination.port": 80, "destination.packets": 2,
            "network.type": "ipv4", "network.transport": "tcp", "network.iana_number": "6", "network.vlan.id": "5",
            "network.inner.vlan.id": "6", "network.direction": "egress", "event.start": "1970-01-01T00:16:40.000Z",
            "event.end": "1970-01-01T00:16:40.004Z", "exhaust.net.flow.id": 1, "exhaust.net.flow.record": 1,
            "exhaust.net.flow.end_reason": "active_timeout", "exhaust.net.flow.duration_seconds": 0.004,
            "exhaust.net.flow.state": "S1", "exhaust.net.flow.history": "ShADa", "exhaust.net.tunnel.depth": 1,
            "exhaust.net.tcp.handshake_rtt_seconds": 0.002, "exhaust.net.source.tcp_flags": "SPA",
            "exhaust.net.source.retransmitted_packets": 0, "process.command": "curl",
            "exhaust.net.destination.process.command": "nginx",
        ]
        for (key, value) in expected.entries { #expect(first[key] == value, "\(key)") }
        #expect(first["network.community_id"]?.string?.hasPrefix("1:") == true)
        #expect(second["source.packets"] == 1 && second["exhaust.net.flow.total_packets"] == 7)
        #expect(second["exhaust.net.flow.since"] == "1970-01-01T00:17:40.000Z")
        #expect(second["exhaust.net.flow.end_reason"] == "forced_end")
    }

    @Test("ICMP has a type and a code in place of ports, fragments without a first have neither")
    func portless() throws {
        var packet = Conversation.packet(
            from: FlowEnd(address: IPAddress(ipv6: 1, 2), port: 3),
            to: FlowEnd(address: IPAddress(ipv6: 1, 3), port: 4), Transport.icmpv6, time: Timestamp(seconds: 0))
        var table = FlowTable()
        let message = try #require(table.records(of: [packet]).first.map { Self.telemetry.record(of: $0).data })
        #expect(message["exhaust.net.icmp.type"] == 3 && message["exhaust.net.icmp.code"] == 4)
        #expect(message["source.port"] == nil && message["network.transport"] == "ipv6-icmp")
        #expect(message["source.ip"] == "0:0:0:1::2" || message["source.ip"] == "::1:0:0:0:2")
        packet.isLaterFragment = true
        packet.isFragment = true
        let rest = try #require(table.records(of: [packet]).first.map { Self.telemetry.record(of: $0).data })
        #expect(rest["exhaust.net.icmp.type"] == nil && rest["network.community_id"] == nil)
        #expect(rest["exhaust.net.flow.fragments"] == 1)
    }

    @Test("the schema has every field, and no others")
    func schema() throws {
        let path = #filePath.replacing(
            "Tests/NetEmitterTests/Flow/FlowTelemetryTests.swift", with: "docs/schemas/exhaust.net.flow.json")
        let schema = try #require(try JSONReader.parse(FileContent.read(path))["properties"]?["data"])
        var check = SchemaCheck()
        var told = Self.data(">S <SA >A >PA100 <A !> >A10 _>A100 >A10 <AW0 >A100 >A100")
        told += Self.data("<A10 >A10 <SA !< _<A100 >A10 <A10 >AW0", FlowTelemetry())
        for name in ["icmp", "trouble"] {
            var (table, talk) = (FlowTable(), Conversation())
            var packets = talk.packets(">S <SA >A >A10 <A10 >A5 <A5 >AW0 !< !> _<A50 _>A50 <A >A")
            // The last two of each way change places.
            packets += talk.packets(">A1 >A2 <A1 <A2")
            packets.swapAt(packets.count - 4, packets.count - 3)
            packets.swapAt(packets.count - 2, packets.count - 1)
            packets[0].isFragment = true
            for index in packets.indices where name == "icmp" {
                packets[index].transport = Transport.icmp
                (packets[index].sourcePort, packets[index].destinationPort) = (3, 1)
            }
            told += table.records(of: packets).map { Self.telemetry.record(of: $0).data }
        }
        for data in told { check.check(.map(data), schema) }
        #expect(check.problems == [])
        #expect(check.seen == SchemaCheck.properties(of: schema))
    }
}
