/// What is known of one end of a TCP connection by what it sent.
package struct TCPEnd: Sendable {
    /// How far it is. The states and their changes are Zeek's, so that the connection's state has the same name.
    enum State: UInt8 {
        /// Nothing was seen of it.
        case inactive
        case synSent
        /// A SYN with ACK began the connection.
        case synAckSent
        /// Data or ACK without a SYN before.
        case partial
        case established
        /// It sent a FIN.
        case closed
        /// It sent an RST.
        case reset
    }

    var state = State.inactive {
        didSet { if state != oldValue { previous = oldValue } }
    }
    private(set) var previous = State.inactive
    /// The control bits of all packets.
    package private(set) var flags: UInt8 = 0
    var letters = TCPLetters()
    /// The sequence number of the SYN, or the one before the first packet's.
    private(set) var start: UInt32 = 0
    /// After the last byte that was sent.
    private var next: UInt32 = 0
    private var acknowledged: UInt32 = 0
    private var hole = SequenceHole()
    private(set) var hasSentData = false
}

/// Sequence numbers.
extension TCPEnd {
    /// A jump that nobody believes, if it comes with a SYN, an RST or an ACK of 0.
    private static let largestJump: Int32 = 1 << 20

    /// Takes what the packet's flags say of where the numbers begin.
    @inline(__always)
    mutating func begin(_ segment: TCPSegment) {
        flags |= segment.flags
        let isSYN = segment.has(TCPSegment.syn)
        if state == .inactive {
            (start, next) = isSYN ? (segment.sequence, segment.end) : (segment.sequence &- 1, segment.sequence)
            acknowledged = start
        } else if isSYN, segment.sequence != start, state < .closed || (state == .reset && previous == .inactive) {
            (start, next, acknowledged) = (segment.sequence, segment.end, segment.sequence)
            hole = SequenceHole()
        }
    }

    /// Numbers of an end that is only known by what the other confirms.
    mutating func assume(acknowledgement: UInt32) {
        (start, next) = (acknowledgement &- 1, acknowledgement &- 1)
        acknowledged = start
    }

    /// Takes the rest of a segment that was fragmented.
    mutating func extend(_ length: UInt32) { next &+= length }

    /// Takes the numbers of what it sent. Gives whether that was sent, or overtaken, before.
    @inline(__always)
    mutating func advance(_ segment: TCPSegment, patience: Int64, _ trouble: inout TCPTrouble) -> Bool {
        let delta = distance(segment.end, after: next)
        let isData = segment.payload > 0 && !segment.has(TCPSegment.rst)
        if isData { hasSentData = true }
        if isRepeatedControl(segment) { trouble.retransmittedPackets += 1 }
        if segment.has(TCPSegment.syn | TCPSegment.rst), delta.magnitude > Self.largestJump { return false }
        if segment.has(TCPSegment.fin), next == start &+ 1 {
            next = segment.end
        } else if state == .reset {
            return false
        } else if delta > 0 {
            let ahead = distance(segment.sequence, after: next)
            if ahead > 0 { hole.open(from: next, to: segment.sequence, time: segment.time) }
            if ahead < 0, isData {
                trouble.retransmittedPackets += 1
                trouble.retransmittedBytes += UInt64(ahead.magnitude)
            }
            next = segment.end
        } else if isData {
            judge(segment, patience: patience, &trouble)
            return true
        }
        return false
    }

    /// Whether the segment is a SYN or a bare FIN again, which have no data to count.
    @inline(__always)
    private func isRepeatedControl(_ segment: TCPSegment) -> Bool {
        switch segment.control {
        case TCPSegment.syn: state != .inactive && segment.sequence == start
        case TCPSegment.fin: state == .closed && segment.payload == 0 && segment.end == next
        default: false
        }
    }

    /// Tells what was lost and sent again from what was overtaken by others.
    private mutating func judge(_ segment: TCPSegment, patience: Int64, _ trouble: inout TCPTrouble) {
        // A keep-alive is the last byte again, or no more than its number.
        if segment.payload == 1, segment.control == 0, segment.sequence == next &- 1 { return }
        let isLate = hole.fill(segment.sequence, segment.payload)
        if isLate, segment.time - hole.time <= patience {
            trouble.outOfOrderPackets += 1
        } else {
            trouble.retransmittedPackets += 1
            trouble.retransmittedBytes += UInt64(segment.payload)
        }
    }

    /// Takes that the other end has everything before `number`. Gives whether some of it was never captured.
    @inline(__always)
    mutating func acknowledge(_ number: UInt32, isLast: Bool, _ trouble: inout TCPTrouble) -> Bool {
        let delta = distance(number, after: acknowledged)
        guard delta > 0, number != 0 || delta <= Self.largestJump else { return false }
        acknowledged = number
        let unseen = distance(number, after: next)
        if unseen > 0, unseen <= Self.largestJump, state > .synAckSent {
            hole.open(from: next, to: number, time: 0)
            next = number
        }
        let missed = hole.close(before: number)
        guard missed > 0, !isLast else { return false }
        trouble.missedBytes += UInt64(missed)
        return true
    }
}

extension TCPEnd.State: Comparable {
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
