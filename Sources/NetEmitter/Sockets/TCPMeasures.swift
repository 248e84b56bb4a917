/// What is added up of TCP connections: counters, which only grow, by their difference since the last look.
struct TCPCounters: Sendable, Hashable {
    /// Bytes that the peer has acknowledged, and that came.
    var sent: UInt64 = 0
    var received: UInt64 = 0
    var segmentsSent: UInt64 = 0
    var segmentsReceived: UInt64 = 0
    var segmentsRetransmitted: UInt64 = 0
    var bytesRetransmitted: UInt64 = 0
    /// Microseconds with data under way, and of those the ones held back by the peer's window and by the send buffer.
    var busy: UInt64 = 0
    var receiveWindowLimited: UInt64 = 0
    var sendBufferLimited: UInt64 = 0

    init() {}

    init(_ info: TCPInfo) {
        sent = info.bytesAcknowledged ?? 0
        received = info.bytesReceived ?? 0
        segmentsSent = UInt64(info.segmentsOut ?? 0)
        segmentsReceived = UInt64(info.segmentsIn ?? 0)
        segmentsRetransmitted = UInt64(info.totalRetransmits ?? 0)
        bytesRetransmitted = info.bytesRetransmitted ?? 0
        busy = info.busyTime ?? 0
        receiveWindowLimited = info.receiveWindowLimited ?? 0
        sendBufferLimited = info.sendBufferLimited ?? 0
    }

    mutating func add(_ other: TCPCounters) { combine(other, &+) }

    /// What was added since `former`; nothing where a number went down, as those of 32 bits do when they overflow.
    func since(_ former: TCPCounters) -> TCPCounters {
        var difference = self
        difference.combine(former) { $0 - min($0, $1) }
        return difference
    }

    private mutating func combine(_ other: TCPCounters, _ operation: (UInt64, UInt64) -> UInt64) {
        sent = operation(sent, other.sent)
        received = operation(received, other.received)
        segmentsSent = operation(segmentsSent, other.segmentsSent)
        segmentsReceived = operation(segmentsReceived, other.segmentsReceived)
        segmentsRetransmitted = operation(segmentsRetransmitted, other.segmentsRetransmitted)
        bytesRetransmitted = operation(bytesRetransmitted, other.bytesRetransmitted)
        busy = operation(busy, other.busy)
        receiveWindowLimited = operation(receiveWindowLimited, other.receiveWindowLimited)
        sendBufferLimited = operation(sendBufferLimited, other.sendBufferLimited)
    }
}

/// How well TCP connections do: of several the mean, the worst or the best.
struct TCPQuality: Sendable, Hashable {
    /// Microseconds.
    var roundTripSum: UInt64 = 0
    var roundTrips = 0
    var roundTripMaximum: UInt32 = 0
    var roundTripMinimum: UInt32?
    /// Bytes a second, of the fastest.
    var deliveryRate: UInt64 = 0
    var unacknowledged: UInt64 = 0
    var lost: UInt64 = 0

    init() {}

    init(_ info: TCPInfo) {
        if let roundTrip = info.roundTrip, roundTrip > 0 {
            (roundTripSum, roundTrips, roundTripMaximum) = (UInt64(roundTrip), 1, roundTrip)
        }
        roundTripMinimum = info.minimumRoundTrip
        deliveryRate = info.deliveryRate ?? 0
        unacknowledged = UInt64(info.unacknowledged ?? 0)
        lost = UInt64(info.lost ?? 0)
    }

    mutating func add(_ other: TCPQuality) {
        roundTripSum += other.roundTripSum
        roundTrips += other.roundTrips
        roundTripMaximum = max(roundTripMaximum, other.roundTripMaximum)
        if let minimum = other.roundTripMinimum { roundTripMinimum = min(roundTripMinimum ?? .max, minimum) }
        deliveryRate = max(deliveryRate, other.deliveryRate)
        unacknowledged += other.unacknowledged
        lost += other.lost
    }
}
