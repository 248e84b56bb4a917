/// How long the opening of a TCP connection took, in nanoseconds.
///
/// Of a SYN that was sent twice nobody knows which one was answered, so there is no time then.
package struct Handshake: Sendable {
    private static let none: Int64 = -1
    private static let ambiguous: Int64 = -2

    private var synTime = none
    private var synAckTime = none
    private var answered = none
    private var completed = none

    /// From the SYN to its answer: the way from here to the destination and back, and the destination's part.
    package var destinationTime: Int64? { answered >= 0 ? answered : nil }
    /// From the answer to the ACK: the way from here to the source and back.
    package var sourceTime: Int64? { completed >= 0 ? completed : nil }

    /// A round trip between the two ends, as far as it is known.
    var roundTrip: Int64 { max(answered, 0) + max(completed, 0) }

    @inline(__always)
    mutating func take(_ segment: TCPSegment, fromSource: Bool) {
        guard completed == Self.none else { return }
        let bits = segment.flags & (TCPSegment.syn | TCPSegment.ack | TCPSegment.rst)
        if fromSource {
            if bits == TCPSegment.syn {
                synTime = synTime == Self.none ? segment.time : Self.ambiguous
            } else if bits == TCPSegment.ack, synAckTime != Self.none {
                completed = synAckTime >= 0 ? max(0, segment.time - synAckTime) : Self.ambiguous
            }
        } else if bits == TCPSegment.syn | TCPSegment.ack {
            if synAckTime == Self.none {
                synAckTime = segment.time
                if synTime >= 0 { answered = max(0, segment.time - synTime) }
            } else {
                synAckTime = Self.ambiguous
            }
        }
    }
}
