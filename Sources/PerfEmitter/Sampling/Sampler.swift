package import ExhaustCore

/// Takes samples: one event's data from all collectors that are due.
package struct Sampler {
    /// One sample.
    package struct Sample: Sendable {
        package var time: Timestamp
        package var data: ValueMap
        /// What is to be told about failing collectors.
        package var reports: [FailureLedger.Report]
    }

    /// When a sample is taken, by two clocks.
    package struct Instant: Sendable {
        /// Goes on while the machine is suspended.
        package var continuous: ContinuousClock.Instant
        /// Stands still meanwhile.
        package var awake: SuspendingClock.Instant

        package init(continuous: ContinuousClock.Instant, awake: SuspendingClock.Instant) {
            self.continuous = continuous
            self.awake = awake
        }

        package static var now: Instant { Instant(continuous: .now, awake: .now) }
    }

    /// A collector with what it needs from one sample to the next.
    private struct Seat {
        var collector: any Collector
        var interval: Duration
        var rates: RateTable
        var last: Instant?

        /// Whether its interval is over; a tenth early counts, since samples come at times of their own.
        func isDue(_ now: Instant) -> Bool {
            last.map { (now.continuous - $0.continuous) * 10 >= interval * 9 } ?? true
        }
    }

    private var seats: [Seat]
    private var ledger = FailureLedger()
    private var earlier: Instant?
    /// What the collectors told each other.
    private var known = SampleMoment(time: Timestamp(seconds: 0))

    /// A sampler of `collectors`, which run in this order. `intervals` has the time between runs of those that do not
    /// run each time.
    package init(
        _ collectors: [any Collector], intervals: [String: Duration] = [:], values: RateTable.Selection = .both
    ) {
        seats = collectors.map {
            Seat(
                collector: $0, interval: intervals[$0.name] ?? .zero,
                rates: RateTable(counters: $0.counters, selection: values))
        }
    }

    /// A sampler of everything there is to measure in `roots`.
    package init(_ roots: Roots, top: Int = 10) {
        var setup = CollectorRegistry.Setup(roots)
        setup.top = top
        self.init(CollectorRegistry.entries.map { $0.make(setup) })
    }

    /// Takes a sample of now. A collector that fails leaves its values out; the others go on.
    package mutating func sample(at time: Timestamp, instant: Instant = .now) -> Sample {
        var (data, reports) = (ValueMap(), [FailureLedger.Report]())
        if let earlier {
            let asleep = (instant.continuous - earlier.continuous) - (instant.awake - earlier.awake)
            // The clocks are not read at once.
            if asleep > .milliseconds(500) { data["exhaust.suspended"] = .double(asleep.inSeconds) }
        }
        earlier = instant
        for index in seats.indices where seats[index].isDue(instant) {
            let name = seats[index].collector.name
            var moment = known
            (moment.time, moment.elapsed) = (time, seats[index].last.map { instant.awake - $0.awake })
            seats[index].last = instant
            var own = ValueMap()
            do {
                try seats[index].collector.collect(into: &own, moment: &moment)
                reports += ledger.worked(name)
            } catch {
                reports += ledger.failed(name, "\(error)", at: time)
            }
            known = moment
            seats[index].rates.apply(to: &own, elapsed: moment.elapsed)
            for (key, value) in own.entries { data[key] = value }
        }
        return Sample(time: time, data: data, reports: reports)
    }
}
