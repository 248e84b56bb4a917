/// When a target is asked: first at any moment of an interval, then each interval, a tenth earlier or later, so that
/// the probes of a fleet do not meet.
struct ProbeSchedule<Generator: RandomNumberGenerator> {
    let interval: Duration
    private var generator: Generator
    private var isFirst = true

    init(interval: Duration, generator: Generator) {
        self.interval = interval
        self.generator = generator
    }

    /// How long to wait for the next turn, from the begin of the one before.
    mutating func next() -> Duration {
        defer { isFirst = false }
        return interval * Double.random(in: isFirst ? 0..<1 : 0.9..<1.1, using: &generator)
    }
}
