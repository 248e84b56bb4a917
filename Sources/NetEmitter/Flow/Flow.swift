/// One flow, as the table keeps it: of fixed size, so that a packet of a known flow allocates nothing.
package struct Flow: Sendable {
    package let key: FlowKey
    /// Its number among the flows of this run.
    package let id: Int64
    /// Whether the key's first end is the source: who sent first, or asked first.
    private var isFirstSource: Bool
    /// Times of its first and last packet, in nanoseconds.
    package private(set) var start: Int64
    package private(set) var end: Int64
    package var source: FlowSide
    package var destination: FlowSide
    var history = FlowHistory()
    package private(set) var handshake = Handshake()
    /// Of both ways, before the counts began that `source` and `destination` have.
    package private(set) var earlierPackets: UInt64 = 0
    package private(set) var earlierBytes: UInt64 = 0
    package private(set) var fragments: UInt32 = 0
    /// How often it was told of.
    package private(set) var records: UInt32 = 0
    /// The moment of the last time, by the table's clock.
    private(set) var toldAt: Int64 = 0
    package let vlan: Int16
    package let innerVLAN: Int16
    package let tunnelDepth: UInt8
    /// Of ICMP, the first packet's code.
    package let icmpCode: UInt16

    init(key: FlowKey, isForward: Bool, id: Int64, _ packet: Packet, time: Int64) {
        self.key = key
        self.id = id
        isFirstSource = isForward
        (start, end) = (time, time)
        source = FlowSide(mac: packet.sourceMAC)
        destination = FlowSide(mac: packet.destinationMAC)
        vlan = packet.vlan
        innerVLAN = packet.innerVLAN
        tunnelDepth = packet.tunnelDepth
        icmpCode = packet.destinationPort
        if SourceGuess.isAnswer(packet, key) { swapEnds() }
    }

    package var sourceEnd: FlowEnd { isFirstSource ? key.first : key.second }
    package var destinationEnd: FlowEnd { isFirstSource ? key.second : key.first }
    var isTCP: Bool { key.transport == Transport.tcp && !key.isPortless }
    var isICMP: Bool {
        !key.isPortless && (key.transport == Transport.icmp || key.transport == Transport.icmpv6)
    }
    /// Whether the ends' ports are ports.
    var hasPorts: Bool {
        switch key.transport {
        case Transport.tcp, Transport.udp, Transport.sctp, Transport.udpLite: !key.isPortless
        default: false
        }
    }
    var hasNews: Bool { source.counts.packets + destination.counts.packets > 0 }
    var totalPackets: UInt64 { earlierPackets + source.counts.packets + destination.counts.packets }
    var totalBytes: UInt64 { earlierBytes &+ source.counts.bytes &+ destination.counts.bytes }

    /// Counts a packet.
    @inline(__always)
    mutating func take(_ packet: Packet, isForward: Bool, time: Int64) {
        // Long before is no late packet, but a clock that was set back.
        if time < start, start - time <= FlowClock.lateness { start = time }
        end = max(end, time)
        if packet.isFragment { fragments &+= 1 }
        var isFromSource = isForward == isFirstSource
        if isTCP {
            takeTCP(packet, time: time, &isFromSource)
        } else if key.transport == Transport.udp {
            noteDatagram(isFromSource)
        }
        if isFromSource { source.counts.add(packet) } else { destination.counts.add(packet) }
    }

    /// Whether the packet asks for a new connection between the same ports, so that this one is over.
    @inline(__always)
    func isOver(by packet: Packet, isForward: Bool) -> Bool {
        guard isTCP, packet.tcpFlags & TCPSegment.syn != 0, TCPSegment(packet, time: 0).isRequest else { return false }
        let sender = isForward == isFirstSource ? source.tcp : destination.tcp
        if sender.state == .inactive { return isOver }
        return isOver || source.tcp.state == .closed || destination.tcp.state == .closed
            || sender.start != packet.sequence
    }

    /// Whether the connection has ended, so that only stragglers can follow.
    @inline(__always)
    var isOver: Bool {
        let (one, other) = (source.tcp.state, destination.tcp.state)
        if one < .closed && other < .closed { return false }
        return one == .reset || other == .reset || one == other || min(one, other) == .inactive
    }

    /// How long it may be silent.
    @inline(__always)
    var patience: FlowPatience {
        guard isTCP else { return .brief }
        if isOver { return .settling }
        return source.tcp.state == .inactive || destination.tcp.state == .inactive ? .brief : .lasting
    }

    /// What follows is of the next record.
    mutating func startPeriod() {
        (earlierPackets, earlierBytes) = (totalPackets, totalBytes)
        source.startPeriod()
        destination.startPeriod()
        fragments = 0
    }

    /// Counts a record of it.
    mutating func countRecord(at moment: Int64) {
        records += 1
        toldAt = moment
    }

    /// The one that was taken for the source turned out to be the destination.
    mutating func swapEnds() {
        isFirstSource.toggle()
        swap(&source, &destination)
        history.append("^")
    }
}

/// UDP.
extension Flow {
    /// Whether each end sent something is all that the history of datagrams tells.
    @inline(__always)
    private mutating func noteDatagram(_ isFromSource: Bool) {
        let state = isFromSource ? source.tcp.state : destination.tcp.state
        guard state == .inactive else { return }
        history.append("D", fromSource: isFromSource)
        if isFromSource { source.tcp.state = .established } else { destination.tcp.state = .established }
    }
}

/// TCP.
extension Flow {
    /// Two segments of the same moment may change places within this, where nothing is known of the round trip.
    private static let leastRoundTrip: Int64 = 3_000_000

    @inline(__always)
    private mutating func takeTCP(_ packet: Packet, time: Int64, _ isFromSource: inout Bool) {
        guard !packet.isLaterFragment else {
            let length = UInt32(clamping: packet.payloadLength)
            if isFromSource { source.tcp.extend(length) } else { destination.tcp.extend(length) }
            return
        }
        // Where the capture ends below the ports, the rest is 0.
        if packet.tcpFlags == 0, packet.sequence == 0 { return }
        let segment = TCPSegment(packet, time: time)
        // After a SYN with ACK came something else than an RST: its sender is no scanner but the one that was asked.
        if history.isLoneAnswer, segment.control == 0, segment.payload > 0 || segment.has(TCPSegment.ack) {
            swapEnds()
            history.replace("^h")
            isFromSource.toggle()
        }
        handshake.take(segment, fromSource: isFromSource)
        let patience = max(handshake.roundTrip, Self.leastRoundTrip)
        let mustSwap =
            isFromSource
            ? Self.step(&source, &destination, &history, segment, fromSource: true, patience)
            : Self.step(&destination, &source, &history, segment, fromSource: false, patience)
        if mustSwap {
            swapEnds()
            isFromSource.toggle()
        }
    }

    /// What a segment of `side` changes. Gives whether the ends were taken for each other.
    @inline(__always)
    private static func step(
        _ side: inout FlowSide, _ peer: inout FlowSide, _ history: inout FlowHistory, _ segment: TCPSegment,
        fromSource: Bool, _ patience: Int64
    ) -> Bool {
        side.tcp.begin(segment)
        if let letter = side.tcp.letters.next(segment) { history.append(letter, fromSource: fromSource) }
        let mayReceive = peer.tcp.state != .closed && side.tcp.state != .reset && !segment.has(TCPSegment.rst)
        if segment.hasClosedWindow, mayReceive {
            side.trouble.closedWindows += 1
            if side.tcp.letters.noteClosedWindow() { history.append("W", fromSource: fromSource) }
        }
        let isAnswering = segment.has(TCPSegment.ack)
        if isAnswering, peer.tcp.state == .inactive { peer.tcp.assume(acknowledgement: segment.acknowledgement) }
        if side.tcp.advance(segment, patience: patience, &side.trouble), side.tcp.letters.noteRepeat() {
            history.append("T", fromSource: fromSource)
        }
        let mustSwap = TCPTransition.apply(segment, &side.tcp, &peer.tcp, fromSource: fromSource)
        if isAnswering, peer.tcp.state != .inactive, !segment.has(TCPSegment.rst) {
            let isLast = segment.has(TCPSegment.fin)
            let isGap = peer.tcp.acknowledge(segment.acknowledgement, isLast: isLast, &peer.trouble)
            if isGap, peer.tcp.letters.noteGap() {
                history.append("G", fromSource: !fromSource)
            }
        }
        return mustSwap
    }
}
