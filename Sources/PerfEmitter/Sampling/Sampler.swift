package import ExhaustCore

/// Takes samples: one event's data from all collectors.
package struct Sampler {
    /// One sample.
    package struct Sample: Sendable {
        package var time: Timestamp
        package var data: ValueMap
        /// What is to be told about failing collectors.
        package var reports: [FailureLedger.Report]
    }

    private var collectors: [any Collector]
    private var ledger = FailureLedger()
    private var earlier: ContinuousClock.Instant?

    /// A sampler of `collectors`, which run in this order: earlier ones tell later ones about boot and CPUs.
    package init(_ collectors: [any Collector]) { self.collectors = collectors }

    /// A sampler of everything there is to measure in `roots`.
    package init(_ roots: Roots, top: Int = 20, excludedTypes: Set<String> = []) {
        self.init([
            CPUCollector(roots), MemoryCollector(roots), LoadCollector(roots),
            FilesystemCollector(roots, excluding: excludedTypes), ProcessCollector(roots, top: top),
        ])
    }

    /// Takes a sample of now. A collector that fails leaves its values out; the others go on.
    package mutating func sample(at time: Timestamp, instant: ContinuousClock.Instant = .now) -> Sample {
        var moment = SampleMoment(time: time, elapsed: earlier.map { instant - $0 })
        earlier = instant
        var (data, reports) = (ValueMap(), [FailureLedger.Report]())
        for index in collectors.indices {
            let name = collectors[index].name
            do {
                try collectors[index].collect(into: &data, moment: &moment)
                reports += ledger.worked(name)
            } catch {
                reports += ledger.failed(name, "\(error)", at: time)
            }
        }
        return Sample(time: time, data: data, reports: reports)
    }

    /// When a recorded tree was recorded: the second of its boot, and its uptime.
    ///
    /// - Throws: `ExhaustError` if the tree does not say.
    package static func timeOfRecording(_ roots: Roots) throws -> Timestamp {
        let statistics = ByteFile("\(roots.proc)/stat")
        guard let boot = KernelStatistics(try statistics.read())?.bootSecond, boot < 1 << 40 else {
            throw ExhaustError(.invalidData, "no btime says when the tree was recorded", at: statistics.path)
        }
        // Some trees lack the uptime; their time is that of boot then, which is the same in every run too.
        guard var uptime = try? ByteFile("\(roots.proc)/uptime").read(), let seconds = uptime.decimal(),
            seconds < 1e10
        else { return Timestamp(seconds: boot) }
        return Timestamp(seconds: boot, nanoseconds: Int64((seconds * 100).rounded()) * 10_000_000)
    }
}
