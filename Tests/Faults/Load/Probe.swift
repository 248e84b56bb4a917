import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Synchronization

/// The probe as a fault sees it: a process that is started, killed, started again, and its ledger.
final class Probe: Sendable {
    /// How the probe's process is set up.
    struct Settings: Sendable {
        var rate = 400
        var count = 1_000_000
        var filler = 120
        var effects: String?
        /// What the role gets beside: `--set` arguments.
        var keys: [String] = []
        /// What its command begins with, such as `nsenter`.
        var wrapper: [String] = []
        var environment: [String: String] = [:]
    }

    private let stage: Stage
    private let configuration: BrokerConfiguration
    private let settings: Settings
    private let process = Mutex<(child: ChildProcess?, starts: Int)>((nil, 0))
    private let ledger: String

    init(_ stage: Stage, _ configuration: BrokerConfiguration, _ settings: Settings = Settings()) {
        self.stage = stage
        self.configuration = configuration
        self.settings = settings
        ledger = "\(stage.folder)/ledger"
    }

    /// What its starts have accepted.
    var starts: [Ledger.Start] { Ledger.read(ledger) }
    var pid: pid_t { process.withLock { $0.child?.pid ?? 0 } }

    /// Starts it; each start counts from a million more.
    func start() throws {
        let number = process.withLock { state in
            state.starts += 1
            return state.starts
        }
        var keys = [
            "label=\(stage.label)", "ledger=\(ledger)", "first=\(number * 1_000_000 + 1)",
            "count=\(settings.count)", "rate=\(settings.rate)", "filler=\(settings.filler)",
        ]
        if let effects = settings.effects { keys.append("effects=\(effects)") }
        let command = RoleCommandLine(
            program: settings.wrapper + [Programs.own, "probe"], host: stage.host, configuration: configuration,
            keys: keys + settings.keys)
        let child = try stage.start(
            command.arguments, environment: command.environment.merging(settings.environment) { $1 }, log: "probe")
        process.withLock { $0.child = child }
    }

    /// Kills it as nothing else would, and waits for its end.
    func kill() async throws {
        guard let child = process.withLock({ $0.child }) else { return }
        child.signal(SIGKILL)
        _ = await child.wait(upTo: .seconds(10))
    }

    /// Lets it finish what it took, and waits for its end.
    func stop() async throws {
        guard let child = process.withLock({ $0.child }) else { return }
        child.signal(SIGTERM)
        guard let status = await child.wait(upTo: .seconds(40)) else {
            throw ExhaustError(.software, "the probe does not stop within 40 s")
        }
        guard status == 0 else { throw ExhaustError(.software, "the probe ended with status \(status)") }
    }

    /// Waits until it has accepted so many more events.
    func accepted(more count: Int) async throws {
        let end = starts.count + count
        try await wait(for: "the probe has accepted \(starts.count) events, not \(end)") { starts.count >= end }
    }
}
