/// How a segment changes the states of a TCP connection's ends. As in Zeek's `TCPSessionAdapter`, which never doubts
/// control bits by their sequence numbers.
enum TCPTransition {
    /// Applies what `sender` sent. Gives whether the SYN of the one that was taken for the destination came after the
    /// answer to it, so that the ends have to be swapped.
    @inline(__always)
    static func apply(
        _ segment: TCPSegment, _ sender: inout TCPEnd, _ peer: inout TCPEnd, fromSource: Bool
    ) -> Bool {
        // Nothing of what most segments are changes anything.
        if segment.control == 0, sender.state >= .partial { return false }
        switch sender.state {
        case .inactive: return begin(segment, &sender, &peer, fromSource: fromSource)
        case .synSent, .synAckSent:
            if segment.has(TCPSegment.fin) { sender.state = .closed }
            if segment.has(TCPSegment.rst) { sender.state = .reset }
        case .partial, .established: proceed(segment, &sender, &peer)
        case .closed:
            if segment.has(TCPSegment.rst), peer.state != .closed { sender.state = .reset }
        case .reset: break
        }
        return false
    }

    /// The first segment of an end.
    private static func begin(
        _ segment: TCPSegment, _ sender: inout TCPEnd, _ peer: inout TCPEnd, fromSource: Bool
    ) -> Bool {
        var mustSwap = false
        let hasACK = segment.has(TCPSegment.ack)
        if segment.has(TCPSegment.syn) {
            if fromSource {
                sender.state = hasACK ? .synAckSent : .synSent
            } else {
                mustSwap = !hasACK && peer.state == .synAckSent && segment.sequence == sender.start
                if peer.state == .synSent || mustSwap { peer.state = .established }
                sender.state = .established
            }
        }
        if segment.has(TCPSegment.fin) { sender.state = .closed }
        if segment.has(TCPSegment.rst) { sender.state = .reset }
        guard sender.state == .inactive else { return mustSwap }
        if !fromSource, segment.payload == 0, peer.state == .synSent {
            // Some confirm a SYN before they answer it.
        } else if hasACK, peer.state == .established {
            // The SYN was missed, its answer was not.
            sender.state = .established
        } else {
            sender.state = .partial
        }
        return mustSwap
    }

    /// A segment of an end that may send data.
    private static func proceed(_ segment: TCPSegment, _ sender: inout TCPEnd, _ peer: inout TCPEnd) {
        if sender.state == .partial, peer.state == .inactive, segment.isRequest { sender.state = .synSent }
        if segment.has(TCPSegment.fin), !segment.has(TCPSegment.rst) {
            sender.state = .closed
            // An RST after a FIN of the other end was its way to say that it is gone: an ordinary end.
            if peer.state == .reset, peer.previous == .closed { peer.state = .closed }
        }
        if segment.has(TCPSegment.rst) { sender.state = .reset }
    }
}
