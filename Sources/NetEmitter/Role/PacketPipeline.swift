import ExhaustCore
import ExhaustRuntime

/// From frames to records: what a capture file and each thread that captures have alike.
struct PacketPipeline {
    /// Records that were not taken away yet.
    private final class Gathered {
        var records: [TelemetryRecord] = []
        private let telemetry: FlowTelemetry

        init(_ telemetry: FlowTelemetry) { self.telemetry = telemetry }

        func add(_ record: TelemetryRecord) { records.append(record) }
        func add(_ flow: FlowRecord) { records.append(telemetry.record(of: flow)) }
    }

    /// So many packets are read ahead.
    private static let groupSize = 32

    private var parser = PacketParser()
    private var flows: FlowTable
    private var dns: DNSTracker?
    private var handshakes: HandshakeTracker?
    private let followsTunnels: Bool
    private let gathered: Gathered
    private var packets: [Packet] = []

    /// What `configuration` says shall be made of packets; the flows are told by `telemetry`.
    init(_ configuration: PacketConfiguration, flows: FlowTable, telemetry: FlowTelemetry) {
        self.flows = flows
        gathered = Gathered(telemetry)
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

    /// Takes a frame, whose bytes are good until it returns.
    mutating func take(_ frame: CapturedFrame) {
        read(frame)
        takePackets()
    }

    /// Takes frames, whose bytes are good until it returns.
    mutating func take(_ frames: FrameBatch) {
        for frame in frames {
            read(frame)
            if packets.count == Self.groupSize { takePackets() }
        }
        takePackets()
    }

    @inline(__always)
    private mutating func read(_ frame: CapturedFrame) {
        packets.append(Packet(time: frame.time, frame.bytes, frameLength: frame.frameLength))
        if !parser.read(frame.bytes, frame.linkType, into: &packets[packets.count - 1]) { packets.removeLast() }
    }

    private mutating func takePackets() {
        flows.expect(packets)
        let group = packets
        group.withUnsafeBufferPointer { for index in $0.indices { take($0[index]) } }
        packets.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    private mutating func take(_ packet: Packet) {
        count(packet)
        guard followsTunnels else { return }
        var outer = packet
        while let inner = parser.inner(of: outer) {
            count(inner)
            outer = inner
        }
    }

    @inline(__always)
    private mutating func count(_ packet: Packet) {
        flows.take(packet) { gathered.add($0) }
        dns?.take(packet) { gathered.add($0) }
        handshakes?.take(packet) { gathered.add($0) }
    }

    /// Takes time to `now`, where no packets come to say how late it is.
    mutating func expire(now: Timestamp) {
        flows.expire(now: now) { gathered.add($0) }
        dns?.expire(now: now) { gathered.add($0) }
        handshakes?.expire(now: now) { gathered.add($0) }
    }

    /// Nothing more comes.
    mutating func finish() {
        flows.finish { gathered.add($0) }
        dns?.finish { gathered.add($0) }
        handshakes?.finish { gathered.add($0) }
    }
}
