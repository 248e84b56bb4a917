import ExhaustCore

/// Time as packets tell it, in nanoseconds, that does not go back: what waits in order of time depends on it.
struct FlowClock {
    /// Packets may come a little late: from several queues of an interface, or in a file that was merged.
    static let lateness: Int64 = 10_000_000_000

    /// Where time ends, which only a file that lies can reach.
    private static let end: Int64 = 5_000_000_000_000_000_000

    private(set) var now = Int64.min / 4
    /// What is added to the time of packets.
    private var offset: Int64 = 0
    /// How often the time of packets went back by more than lateness explains.
    private(set) var steps = 0

    /// Goes on to `time`. Where that is far behind, the clock was set back: from there it goes on with the new time.
    @inline(__always)
    mutating func advance(to time: Int64) {
        let moment = time &+ offset
        if moment >= now {
            now = min(moment, Self.end)
        } else if moment < now - Self.lateness {
            offset = now &- time
            steps += 1
        }
    }

    /// The packets' time of a moment of this clock.
    func timestamp(_ moment: Int64) -> Timestamp { Timestamp(flowTime: moment &- offset) }
}

extension Timestamp {
    /// Nanoseconds since the epoch, kept within 1824 and 2115, so that differences never overflow.
    @inline(__always)
    var flowTime: Int64 {
        let limit: Int64 = 4_600_000_000
        return min(max(seconds, -limit), limit) * 1_000_000_000 + Int64(nanoseconds)
    }

    init(flowTime: Int64) { self.init(seconds: 0, nanoseconds: flowTime) }
}
