import ExhaustCore
import ExhaustRuntime

/// From frames to records: what a capture file and each thread that captures have alike.
struct PacketPipeline {
    /// Records that were not taken away yet.
    private final class Gathered {
        var records: [TelemetryRecord] = []
    }

    private var parser = PacketParser()
    private var flows: FlowTable
    private let telemetry: FlowTelemetry
    private var dns: DNSTracker?
    private var handshakes: HandshakeTracker?
    private let followsTunnels: Bool
    private let gathered = Gathered()

    /// What `configuration` says shall be made of packets; the flows are told by `telemetry`.
    init(_ configuration: PacketConfiguration, flows: FlowTable, telemetry: FlowTelemetry) {
        self.flows = flows
        self.telemetry = telemetry
        dns = configuration.dns.map { DNSTracker($0) }
        handshakes = configuration.handshakes.map { HandshakeTracker($0) }
        followsTunnels = configuration.followsTunnels
    }

    /// How many records wait to be taken away.
    var count: Int { gathered.records.count }

    /// The records since the last time, in the order in which they were due.
    func takeRecords() -> [TelemetryRecord] {
        defer { gathered.records.removeAll(keepingCapacity: true) }
        return gathered.records
    }

    /// What was left out or given up since the start, by name.
    var counts: [String: UInt64] {
        [
            "net.packets_unknown": parser.count(of: .unknownLink), "net.packets_cut_off": parser.count(of: .cutOff),
            "net.packets_malformed": parser.count(of: .malformed) + parser.count(of: .tooDeep),
            "net.flows_crowded_out": flows.crowdedOut, "net.dns_malformed": UInt64(dns?.malformed ?? 0),
            "net.dns_evicted": UInt64(dns?.evicted ?? 0), "net.handshakes_evicted": UInt64(handshakes?.evicted ?? 0),
        ]
    }

    mutating func take(_ frame: CapturedFrame) {
        let (gathered, telemetry) = (gathered, telemetry)
        var next = parser.parse(
            frame.bytes, linkType: frame.linkType, time: frame.time, frameLength: frame.frameLength)
        while let packet = next {
            flows.take(packet) { gathered.records.append(telemetry.record(of: $0)) }
            dns?.take(packet) { gathered.records.append($0) }
            handshakes?.take(packet) { gathered.records.append($0) }
            next = followsTunnels ? parser.inner(of: packet) : nil
        }
    }

    /// Takes time to `now`, where no packets come to say how late it is.
    mutating func expire(now: Timestamp) {
        let (gathered, telemetry) = (gathered, telemetry)
        flows.expire(now: now) { gathered.records.append(telemetry.record(of: $0)) }
        dns?.expire(now: now) { gathered.records.append($0) }
        handshakes?.expire(now: now) { gathered.records.append($0) }
    }

    /// Nothing more comes.
    mutating func finish() {
        let (gathered, telemetry) = (gathered, telemetry)
        flows.finish { gathered.records.append(telemetry.record(of: $0)) }
        dns?.finish { gathered.records.append($0) }
        handshakes?.finish { gathered.records.append($0) }
    }
}
