import ExhaustCore
package import ExhaustRuntime
import Glibc
import Logging
import Synchronization

/// The emitter of performance metrics: one `exhaust.perf` event a sample.
package final class PerfEmitterRole: Role {
    package static let name = "emitter-perf"
    package static let kind = RoleKind.emitter(.perf)

    private let context: RoleContext
    private let configuration: Mutex<PerfConfiguration>
    private let reloaded = Signal()
    private let lost = Mutex<(count: Int, since: Timestamp)?>(nil)

    package init(configuration: PerfConfiguration, context: RoleContext) throws {
        self.context = context
        self.configuration = Mutex(configuration)
    }

    package func run() async throws {
        if case .pipe(let folder?) = context.mode { return try await sampleRecorded(folder) }
        // Files of /proc take their time, and a filesystem may take longer.
        try await withThread(named: "exhaust-perf") { [self] in
            if context.once { try await sampleOnce() } else { try await sampleForever() }
        }
    }

    package func reload(_ configuration: PerfConfiguration) async throws {
        self.configuration.withLock { $0 = configuration }
        reloaded.notify()
    }

    private func sampleForever() async throws {
        while !Task.isCancelled {
            let generation = reloaded.count
            let configuration = configuration.withLock { $0 }
            var sampler = configuration.sampler()
            let schedule = SampleSchedule(interval: configuration.interval, host: context.host)
            while reloaded.count == generation, !Task.isCancelled {
                try await publish(sampler.sample(at: .now()))
                await reloaded.wait(past: generation, timeout: schedule.wait(at: .now()))
            }
        }
    }

    /// One sample, which takes a second: without an earlier one it would have neither rates nor shares.
    private func sampleOnce() async throws {
        var sampler = configuration.withLock { $0 }.sampler(everything: true)
        let first = sampler.sample(at: .now())
        try await Task.sleep(for: .seconds(1))
        var sample = sampler.sample(at: .now())
        sample.reports = first.reports + sample.reports
        guard context.isOnTerminal else { return try await publish(sample) }
        for case .failure(let collector, let reason) in sample.reports { warn(collector, reason) }
        try show(sample)
    }

    /// Pipe mode: one sample of a recorded tree, at the time of its recording.
    private func sampleRecorded(_ folder: String) async throws {
        guard folder != "-" else {
            throw ExhaustError(
                .usage, "a recorded tree cannot come from standard input",
                advice: "give --from a folder with proc in it")
        }
        let configuration = configuration.withLock { $0 }
        let roots = Roots.recorded(folder)
        var sampler = configuration.sampler(roots)
        let sample = sampler.sample(at: try Sampler.timeOfRecording(roots))
        for case .failure(let collector, let reason) in sample.reports { warn(collector, reason) }
        if context.isOnTerminal { return try show(sample) }
        try await context.outbox.accept(TelemetryRecord(time: sample.time, data: sample.data))
    }

    /// Prints a sample for the person at the terminal.
    private func show(_ sample: Sampler.Sample) throws {
        var size = winsize()
        let width = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 80
        let text = SampleText(sample.data, time: sample.time, host: context.host, width: width)
        try StandardOutput.write(Array((text.lines.joined(separator: "\n") + "\n").utf8))
    }

    /// Sends a sample. While there is no room, since the broker is away, samples are lost and counted: a sample that
    /// waits is worth less than the next one.
    private func publish(_ sample: Sampler.Sample) async throws {
        let record = TelemetryRecord(time: sample.time, data: sample.data)
        guard context.outbox.offer(record) else {
            lost.withLock { $0 = ($0.map { ($0.count + 1, $0.since) }) ?? (1, sample.time) }
            return
        }
        if let lost = takeLost() {
            try await context.outbox.gap(
                kind: "perf.outbox_full", count: lost.count, reason: "samples were not sent: the broker was away",
                since: lost.since)
        }
        for report in sample.reports {
            switch report {
            case .failure(let collector, let reason): warn(collector, reason)
            case .recovery(let collector):
                context.logger.notice("collector works again", metadata: ["collector.name": "\(collector)"])
            case .gap(let collector, let count, let reason, let since):
                try await context.outbox.gap(kind: "perf.\(collector)", count: count, reason: reason, since: since)
            }
        }
    }

    private func takeLost() -> (count: Int, since: Timestamp)? {
        lost.withLock { lost in
            defer { lost = nil }
            return lost
        }
    }

    private func warn(_ collector: String, _ reason: String) {
        context.logger.warning(
            "collector failed: its values are missing until it works again",
            metadata: ["collector.name": "\(collector)", "error.message": "\(reason)"])
    }
}
