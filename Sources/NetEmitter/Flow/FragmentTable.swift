/// Which flow the fragments of a packet belong to, which only the first one says.
///
/// A newer packet takes the place of an older one with the same hash: what is forgotten so is counted to a flow without
/// ports.
struct FragmentTable {
    private struct Entry {
        var source: IPAddress
        var destination: IPAddress
        var id: UInt32
        var transport: UInt8
        var flow: Int64
        var slot: Int32
        var isForward: Bool
        var time: Int64
    }

    /// Linux waits as long for the rest of a packet.
    private static let timeout: Int64 = 30_000_000_000
    private static let size = 1024

    private var entries: [Entry?] = []

    /// Notes the first fragment of a packet.
    mutating func note(_ packet: Packet, slot: Int, flow: Int64, isForward: Bool, time: Int64) {
        if entries.isEmpty { entries = Array(repeating: nil, count: Self.size) }
        entries[Self.place(packet)] = Entry(
            source: packet.source, destination: packet.destination, id: packet.fragmentID, transport: packet.transport,
            flow: flow, slot: Int32(slot), isForward: isForward, time: time)
    }

    /// The flow of a later fragment, the slot that it had, and which way the packet goes.
    func find(_ packet: Packet, time: Int64) -> (slot: Int, flow: Int64, isForward: Bool)? {
        guard !entries.isEmpty, let entry = entries[Self.place(packet)], entry.id == packet.fragmentID,
            entry.source == packet.source, entry.destination == packet.destination,
            entry.transport == packet.transport, time - entry.time <= Self.timeout
        else { return nil }
        return (Int(entry.slot), entry.flow, entry.isForward)
    }

    private static func place(_ packet: Packet) -> Int {
        let mixed = packet.source.low ^ packet.destination.low &* 31 ^ UInt64(packet.fragmentID)
        return Int(truncatingIfNeeded: (mixed &* 0x9e37_79b9_7f4a_7c15) >> 54)
    }
}
