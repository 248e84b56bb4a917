package import ExhaustCore
package import ExhaustRuntime

/// Looks at the beginnings of TCP connections, and tells of TLS and HTTP/1, which are known by their content on any
/// port, also in the midst of a connection, as after STARTTLS.
///
/// It goes by the packets' times alone, and its memory has a bound. What it takes is gone when `take` returns.
package struct HandshakeTracker {
    /// Connections that were given up because more were under way, or had more bytes, than may.
    package private(set) var evicted = 0

    private let reader: HandshakeReader
    private let settings: HandshakeSettings
    /// By their ends in order, see `Endpoints.isOrdered`.
    private var table: AgingTable<Endpoints, HandshakeStream>
    package private(set) var heldBytes = 0
    /// The latest time that a packet had.
    private var now = Timestamp(seconds: 0)

    package init(_ settings: HandshakeSettings = HandshakeSettings(), communityID: CommunityID = CommunityID()) {
        self.settings = settings
        reader = HandshakeReader(settings: settings, communityID: communityID)
        table = AgingTable(limit: settings.streams)
    }

    var count: Int { table.count }

    /// Takes a packet. Records that are ready are given to `emit`.
    package mutating func take(_ packet: Packet, _ emit: (TelemetryRecord) -> Void) {
        guard packet.transport == Transport.tcp, !packet.isLaterFragment else { return }
        let flags = TCPFlags(rawValue: packet.tcpFlags)
        guard packet.payloadLength > 0 || !flags.isDisjoint(with: .ends) else { return }
        expire(now: packet.time, emit)
        let ends = Endpoints(packet)
        let key = ends.isOrdered ? ends : ends.reversed
        if flags.contains(.syn) { begin(key, ends, packet, flags, emit) }
        guard let place = table.place(of: key) ?? discover(key, ends, packet, emit), var stream = table[place]
        else { return }
        if case .done = stream.phase, flags.isDisjoint(with: .ends) { return }
        // It is changed outside of the table, so that its buffers are not copied.
        table[place] = nil
        heldBytes -= stream.heldBytes
        let goesOn = advance(&stream, ends, packet, flags, emit)
        heldBytes += stream.heldBytes
        table[place] = stream
        table.touch(place, at: packet.time)
        if !goesOn { forget(key) }
        while heldBytes > settings.streamBytes, evict(at: packet.time, emit) {}
    }

    /// Tells of the connections that are silent since long, at `now`.
    package mutating func expire(now time: Timestamp, _ emit: (TelemetryRecord) -> Void) {
        now = max(now, time)
        let limit = now - settings.idle
        while let (_, stream) = table.removeOldest(before: limit) {
            heldBytes -= stream.heldBytes
            var stream = stream
            reader.finish(&stream, .unanswered, at: now, emit)
        }
    }

    /// Tells of what is under way as the capture ends.
    package mutating func finish(_ emit: (TelemetryRecord) -> Void) {
        while let (_, stream) = table.removeOldest() {
            var stream = stream
            reader.finish(&stream, .unanswered, at: now, emit)
        }
        heldBytes = 0
    }

    /// Takes a SYN: a connection begins, unless it repeats what is known.
    private mutating func begin(
        _ key: Endpoints, _ ends: Endpoints, _ packet: Packet, _ flags: TCPFlags, _ emit: (TelemetryRecord) -> Void
    ) {
        let isClient = !flags.contains(.ack)
        if let place = table.place(of: key), let known = table[place] {
            let side = known[known.endpoints == ends]
            if side.order.start == packet.dataSequence { return }
            if side.order.start == nil, known.endpoints == (isClient ? ends : ends.reversed), case .fresh = known.phase
            {
                table[place]?[isClient].order = SegmentOrder(next: packet.dataSequence)
                return
            }
            forget(key)
            var former = known
            reader.finish(&former, .unanswered, at: packet.time, emit)
        }
        if table.isFull { evict(at: packet.time, emit) }
        var stream = HandshakeStream(isClient ? ends : ends.reversed)
        stream[isClient].order = SegmentOrder(next: packet.dataSequence)
        table.add(key, stream, at: packet.time)
    }

    /// The place of a connection of which nothing is known but that this packet looks like the start of something.
    private mutating func discover(
        _ key: Endpoints, _ ends: Endpoints, _ packet: Packet, _ emit: (TelemetryRecord) -> Void
    ) -> Int? {
        guard let isClient = reader.isSentByClient(packet.payload) else { return nil }
        if table.isFull { evict(at: packet.time, emit) }
        table.add(key, HandshakeStream(isClient ? ends : ends.reversed), at: packet.time)
        return table.place(of: key)
    }

    /// Takes what `packet` adds to its connection; false if nothing more is to be told of that.
    private func advance(
        _ stream: inout HandshakeStream, _ ends: Endpoints, _ packet: Packet, _ flags: TCPFlags,
        _ emit: (TelemetryRecord) -> Void
    ) -> Bool {
        let isClient = stream.endpoints == ends
        var goesOn = true
        if !flags.contains(.rst) {
            let first = stream[isClient].order.take(
                packet.payload, at: packet.dataSequence, length: packet.payloadLength)
            if let first { goesOn = reader.take(first, isClient, &stream, at: packet.time, emit) }
            var order = stream[isClient].order
            stream[isClient].order = SegmentOrder()
            while goesOn, let more = order.release({ reader.take($0, isClient, &stream, at: packet.time, emit) }) {
                goesOn = more
            }
            stream[isClient].order = order
        }
        if flags.contains(.fin) { stream[isClient].hasEnded = true }
        if flags.contains(.rst) || stream.client.hasEnded && stream.server.hasEnded || !goesOn {
            reader.finish(&stream, .unanswered, at: packet.time, emit)
            return false
        }
        return true
    }

    @discardableResult
    private mutating func evict(at time: Timestamp, _ emit: (TelemetryRecord) -> Void) -> Bool {
        guard let (_, stream) = table.removeOldest() else { return false }
        evicted += 1
        heldBytes -= stream.heldBytes
        var evictee = stream
        reader.finish(&evictee, .evicted, at: time, emit)
        return true
    }

    private mutating func forget(_ key: Endpoints) {
        if let stream = table.remove(key) { heldBytes -= stream.heldBytes }
    }
}
