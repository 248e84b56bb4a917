/// How long to wait before the next attempt: exponential with full jitter, so that a fleet does not come back at once
/// (AWS Architecture Blog, "Exponential Backoff And Jitter").
package struct Backoff: Sendable, Hashable {
    /// The longest first wait, and the longest of all.
    package let first: Duration
    package let longest: Duration
    /// How many waits were asked for since the last success.
    package private(set) var attempts = 0

    /// A backoff; the defaults are those of every connection.
    package init(first: Duration = .milliseconds(100), longest: Duration = .seconds(10)) {
        self.first = first
        self.longest = longest
    }

    /// The next wait: evenly between zero and a bound that doubles with each attempt up to `longest`.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let bound = ceiling
        attempts += 1
        return .nanoseconds(Int64.random(in: 0...max(bound.inNanoseconds, 0), using: &generator))
    }

    /// The bound of the next wait.
    package var ceiling: Duration {
        // Beyond 20 doublings every sensible `first` is past `longest`.
        min(longest, first * (1 << min(attempts, 20)))
    }

    /// Says that an attempt succeeded: the next wait is short again.
    package mutating func reset() { attempts = 0 }
}

extension Duration {
    /// Whole nanoseconds; enough for 292 years.
    var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
