import ExhaustCore

/// Follows the TCP connections of DNS, each direction for itself, in bounded memory.
struct DNSStreams {
    private struct Stream {
        var order: SegmentOrder
        var framing: DNSFraming
        var heldBytes: Int { order.heldBytes + framing.heldBytes }
    }

    private var table: AgingTable<Endpoints, Stream>
    private let byteLimit: Int
    private(set) var heldBytes = 0

    init(_ settings: DNSSettings) {
        table = AgingTable(limit: settings.streams)
        byteLimit = settings.streamBytes
    }

    /// Takes a packet, and gives the messages that end in it.
    mutating func take(_ packet: Packet) -> [DNSMessage] {
        let flags = TCPFlags(rawValue: packet.tcpFlags)
        guard packet.payloadLength > 0 || !flags.isDisjoint(with: .ends) else { return [] }
        let key = Endpoints(packet)
        if flags.contains(.syn) { dropFormer(key, packet) }
        let isEnd = flags.contains(.fin) || flags.contains(.rst)
        let known = table.place(of: key) ?? (isEnd && packet.payloadLength == 0 ? nil : add(key, packet, flags))
        guard let place = known, var stream = table[place] else { return [] }
        // It is changed outside of the table, so that its buffers are not copied.
        table[place] = nil
        heldBytes -= stream.heldBytes
        var found: [DNSFraming.Found] = []
        if let chunk = stream.order.take(packet.payload, at: packet.dataSequence, length: packet.payloadLength) {
            found = stream.framing.take(chunk)
        }
        while let more = stream.order.release({ stream.framing.take($0) }) { found += more }
        // A segment may come after the end that it belongs before.
        let isOver = isEnd && stream.order.heldBytes == 0
        if isOver { found += stream.framing.flush() }
        heldBytes += stream.heldBytes
        table[place] = stream
        table.touch(place, at: packet.time)
        if isOver { drop(key) }
        while heldBytes > byteLimit, let oldest = table.removeOldest() { heldBytes -= oldest.value.heldBytes }
        return found.map { message in
            message.bytes.withUnsafeBytes {
                DNSMessage(FrameBytes($0), length: message.length, isCut: $0.count < message.length)
            }
        }
    }

    var count: Int { table.count }

    mutating func expire(before time: Timestamp) {
        while let old = table.removeOldest(before: time) { heldBytes -= old.value.heldBytes }
    }

    private mutating func add(_ key: Endpoints, _ packet: Packet, _ flags: TCPFlags) -> Int? {
        if table.isFull, let oldest = table.removeOldest() { heldBytes -= oldest.value.heldBytes }
        let isStart = flags.contains(.syn)
        let order = SegmentOrder(next: packet.dataSequence)
        let stream = Stream(order: order, framing: DNSFraming(isAtStart: isStart))
        table.add(key, stream, at: packet.time)
        return table.place(of: key)
    }

    /// Forgets the connection that a SYN puts an end to, unless it is that connection's own, repeated.
    private mutating func dropFormer(_ key: Endpoints, _ packet: Packet) {
        guard let place = table.place(of: key), table[place]?.order.start != packet.dataSequence else { return }
        drop(key)
    }

    private mutating func drop(_ key: Endpoints) {
        if let stream = table.remove(key) { heldBytes -= stream.heldBytes }
    }
}
