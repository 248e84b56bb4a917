import ExhaustBroker
import ExhaustCore
import Glibc

/// The probe as a fault sees it: its process and its ledger.
struct Probe: Sendable {
    /// How the probe's process is set up.
    struct Settings: Sendable {
        var rate = 400
        var count = 1_000_000
        var filler = 120
        var effects: String?
        /// The folder of its spool; one in the fault's folder without it.
        var spool: String?
        /// What the role gets beside, as `--set` takes it.
        var keys: [String] = []
        /// What its command begins with, such as `nsenter`.
        var wrapper: [String] = []
        var environment: [String: String] = [:]
    }

    let process: RoleProcess
    private let ledger: String

    init(_ stage: Stage, _ configuration: BrokerConfiguration, _ settings: Settings = Settings()) {
        let ledger = "\(stage.folder)/ledger"
        self.ledger = ledger
        process = RoleProcess(stage, "probe") { start in
            var keys = [
                // Each start counts from a million more.
                "label=\(stage.label)", "ledger=\(ledger).\(start)", "first=\(start * 1_000_000 + 1)",
                "count=\(settings.count)", "rate=\(settings.rate)", "filler=\(settings.filler)",
                "spool.directory=\(settings.spool ?? "\(stage.folder)/spool")",
            ]
            if let effects = settings.effects { keys.append("effects=\(effects)") }
            return RoleCommandLine(
                program: settings.wrapper + [Programs.own, "probe"], host: stage.host, configuration: configuration,
                keys: keys + settings.keys, environment: settings.environment)
        }
    }

    /// What its starts have accepted.
    var starts: [Ledger.Start] {
        (0..<process.starts).compactMap { Ledger.read("\(ledger).\($0 + 1)") }
    }

    /// Whether the last start ended with everything confirmed.
    var isDrained: Bool {
        !file(process.log, contains: "stay in the spool") && !file(process.log, contains: "given up")
    }

    /// Waits until it has accepted so many more events.
    func accepted(more count: Int) async throws {
        let end = starts.count + count
        try await wait(for: "the probe has accepted \(starts.count) events, not \(end)") { starts.count >= end }
    }

    /// Lets it count no further, waits until all that it began with is confirmed to it, and ends it.
    func stop() async throws {
        process.signal(SIGHUP)
        try await wait(for: "the probe has begun with events that are not confirmed to it") {
            starts.last.map { $0.confirmed == $0.offered && $0.isPaused } ?? false
        }
        try await process.stop()
    }
}
