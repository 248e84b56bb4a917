import ExhaustCore

/// Whether a fact comes and goes too often, by Nagios' method: of the latest 21 checks, the share of the 20 pairs that
/// differ, newer ones weighing more (1.2 down to 0.8). It flaps from 20 % on, until 5 % or less.
/// (https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/flapping.html)
///
/// A check is once a minute, as Nagios' are, and at every change; so it does not matter how many events show the
/// fact in between. Wants its events in order. 17 bytes.
struct FlapHistory: Sendable, Hashable, Codable {
    /// The checks, the latest in the lowest bit.
    private var states: UInt32 = 0
    /// When the latest check was.
    private var checked: Int64?
    private(set) var isFlapping = false

    private static let checks = 21
    private static let interval = Duration.seconds(60).ticks

    /// Takes whether the fact is there at `time`.
    mutating func note(isOpen: Bool, at time: Timestamp) {
        let ticks = time.ticks
        let due = max(0, ticks - (checked ?? ticks)) / Self.interval
        for _ in 0..<min(due, Int64(Self.checks)) { check(states & 1 != 0) }
        checked = (checked ?? ticks) + due * Self.interval
        guard isOpen != (states & 1 != 0) else { return }
        check(isOpen)
        checked = ticks
    }

    private mutating func check(_ isOpen: Bool) {
        states = states << 1 | (isOpen ? 1 : 0)
        let changes = states ^ states >> 1
        // In parts of 950, which are whole numbers: 1.2 of 20 is 57, 0.8 of 20 is 38.
        let share = (0..<Self.checks - 1).reduce(0) { changes >> UInt32($1) & 1 != 0 ? $0 + 57 - $1 : $0 }
        if share * 5 >= 950 { isFlapping = true } else if share * 20 <= 950 { isFlapping = false }
    }
}
