import ExhaustCore
import ExhaustRuntime
import Glibc
import Synchronization

/// Counts, at a set rate, and notes in a ledger what it has taken responsibility for. It has the name and login of an
/// emitter, and everything else that emitters have.
///
/// With `effects` it also tells of every line of that file, as the emitter of a host tells that a service runs again.
final class ProbeRole: Role {
    static let name = "emitter-perf"
    static let kind = RoleKind.emitter(.perf)

    private struct Taken {
        /// For each record the outbox's last id after it was taken, and the latest number until then.
        var marks: [(id: UInt64, latest: Int)] = []
        /// How many records there were, of which `marks` keeps those that are not confirmed.
        var count = 0
        var isPaused = false
    }

    private let configuration: ProbeConfiguration
    private let context: RoleContext
    private let taken = Mutex(Taken())

    init(configuration: ProbeConfiguration, context: RoleContext) throws {
        self.configuration = configuration
        self.context = context
    }

    func run() async throws {
        let ledger = open(configuration.ledger, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard ledger >= 0 else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot open", at: configuration.ledger)
        }
        // Goes on while the outbox drains, after this has ended, until the process does.
        Task { await note(in: ledger) }
        let start = ContinuousClock.now
        var told = 0
        var number = configuration.first
        while true {
            let due = Int((ContinuousClock.now - start).inSeconds * Double(configuration.rate))
            let end = configuration.first + min(due, configuration.count)
            while number < end, !taken.withLock({ $0.isPaused }) {
                try await accept(number, state: "broken", latest: number)
                number += 1
            }
            if let effects = configuration.effects {
                let lines = Self.lines(of: effects)
                for line in lines.dropFirst(told) {
                    try await accept(line, state: "mended", latest: number - 1)
                }
                told = max(told, lines.count)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Counts no further.
    func reload(_ configuration: ProbeConfiguration) async throws { taken.withLock { $0.isPaused = true } }

    private func accept(_ number: Int, state: String, latest: Int) async throws {
        let data: ValueMap = [
            "exhaust.probe.run": .string(configuration.label), "exhaust.probe.number": .int(Int64(number)),
            "exhaust.probe.state": .string(state),
            "exhaust.probe.filler": .string(String(repeating: "x", count: configuration.filler)),
        ]
        let record = TelemetryRecord(time: .now(), data: data)
        try await context.outbox.accept(record)
        // A gap of the outbox's own may have come behind it, which makes this too large and never too small.
        let id = context.outbox.lastID
        let count = taken.withLock { taken in
            taken.marks.append((id, latest))
            taken.count += 1
            return taken.count
        }
        guard configuration.twice == true else { return }
        let copy = Event(
            type: .perf, source: context.source.description, id: "\(count)", time: record.time, host: context.host,
            data: data)
        try await context.outlet.send([copy])
    }

    /// Notes every change of what is accepted and confirmed.
    private func note(in ledger: Int32) async {
        let before = configuration.first - 1
        var noted = Ledger.Start(
            first: configuration.first, offered: before, accepted: before, confirmed: before, isPaused: false)
        while true {
            let accepted = context.outbox.acceptedID
            // Read one after the other, so that more may be unconfirmed than there was.
            let last = context.outbox.lastID
            let confirmed = last - min(last, context.outbox.unconfirmed)
            var now = noted
            taken.withLock { taken in
                now.isPaused = taken.isPaused
                now.offered = taken.marks.last?.latest ?? noted.offered
                for mark in taken.marks where mark.id <= accepted { now.accepted = mark.latest }
                let done = taken.marks.prefix { $0.id <= min(confirmed, accepted) }
                now.confirmed = done.last?.latest ?? noted.confirmed
                taken.marks.removeFirst(done.count)
            }
            if now != noted { Ledger.write(now, to: ledger) }
            noted = now
            _ = try? await Task.sleep(for: .milliseconds(5))  // nobody cancels it
        }
    }

    /// The numbers in the whole lines of the file: `svc-17` is 17.
    private static func lines(of file: String) -> [Int] {
        guard let bytes = try? FileContent.read(file) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().compactMap { $0.split(separator: "-").last.flatMap { Int($0) } }
    }
}
