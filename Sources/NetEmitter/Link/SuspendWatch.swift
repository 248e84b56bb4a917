/// Notices that the machine slept: one of two clocks stands still then.
struct SuspendWatch {
    /// Both clocks at one moment.
    struct Moment {
        /// Goes on while the machine is suspended (CLOCK_BOOTTIME).
        var continuous: ContinuousClock.Instant
        /// Does not (CLOCK_MONOTONIC).
        var awake: SuspendingClock.Instant

        static func now() -> Moment { Moment(continuous: .now, awake: .now) }
    }

    /// The two are not read at once.
    private static let shortest: Duration = .milliseconds(500)
    private var last: Moment

    init(at moment: Moment) { last = moment }

    /// How long it slept since this was last asked, if it did.
    mutating func check(_ moment: Moment) -> Duration? {
        defer { last = moment }
        let asleep = last.continuous.duration(to: moment.continuous) - last.awake.duration(to: moment.awake)
        return asleep >= Self.shortest ? asleep : nil
    }
}
