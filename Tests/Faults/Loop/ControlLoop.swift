import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport

/// The whole loop, every role a process, on services that only count their restarts.
struct ControlLoop {
    let stage: Stage
    let broker: PrivateBroker
    let probe: Probe
    let files: LoopFiles
    /// By the names of their roles.
    let roles: [String: RoleProcess]

    /// How many services break, and how many a second.
    private let count: Int
    private static let rate = 5

    /// The loop, not started yet, on so many services. `probe` are keys of the probe's, `agent` is the environment of
    /// the agent.
    init(
        _ stage: Stage, services count: Int = 60, probe probeKeys: [String] = [],
        agent environment: [String: String] = [:]
    ) async throws {
        self.stage = stage
        self.count = count
        let broker = try await stage.broker()
        let files = try await LoopFiles(stage, services: 1_000_001..<(1_000_001 + count))
        self.broker = broker
        self.files = files
        probe = Probe(
            stage, broker.configuration(for: Login(.emitterPerf, host: stage.host)),
            Probe.Settings(rate: Self.rate, count: count, filler: 0, effects: files.effects, keys: probeKeys))
        let keys = "\(files.folder)/keys"
        let configurations: [(Login, [String])] = [
            (
                Login(.analyzer),
                ["rules=[\(files.folder)/rules.yaml]", "state.directory=\(files.folder)/state", "state.interval=1s"]
            ),
            (Login(.activator), ["policies=[\(files.folder)/policies.yaml]"]),
            (
                Login(.orchestrator),
                ["workflows=[\(files.folder)/workflows.yaml]", "signing_key_file=\(keys)/signing.pem"]
            ),
            (
                Login(.agent, host: stage.host),
                [
                    "policy_file=\(files.folder)/agent.yaml", "ledger_file=\(files.folder)/agent.ledger",
                    "trust=[{public_key_file: \(keys)/signing.pub.pem, classes: [service], epoch: 1}]",
                ]
            ),
        ]
        var roles: [String: RoleProcess] = [:]
        for (login, keys) in configurations {
            let command = RoleCommandLine(
                program: [Programs.role(login.role.rawValue)], host: stage.host,
                configuration: broker.configuration(for: login), keys: keys,
                environment: login.role == .agent ? environment : [:])
            roles[login.role.rawValue] = RoleProcess(stage, login.role.rawValue) { _ in command }
        }
        self.roles = roles
    }

    /// Runs it; `inject` begins when the loop is at work, and returns when the fault is over.
    func run(_ inject: () async throws -> Void) async throws -> Tally {
        for role in roles.values { try role.start() }
        try probe.process.start()
        try await wait(for: "the loop has restarted nothing") { effects.count >= 5 }
        try await inject()
        return try await settle(since: .now)
    }

    /// `role` as it was started.
    func role(_ name: String) throws -> RoleProcess {
        guard let role = roles[name] else { throw ExhaustError(.software, "no role \(name)") }
        return role
    }

    /// The services that were restarted, in order.
    private var effects: [String] {
        guard let bytes = try? FileContent.read(files.effects) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Waits until every service that broke was restarted and judged.
    private func settle(since end: ContinuousClock.Instant) async throws -> Tally {
        let wallClock = Timestamp.now()
        let journal = try StreamWatch(broker, .stream(Queue.journal, from: .first), Journal()) { $1.add($0) }
        stage.finally { await journal.close() }
        let before = effects.count
        // An agent that thinks it is tomorrow, or knows that it was, answers too.
        try await wait(for: "no service was restarted, and none refused, after the fault") {
            effects.count > before || effects.count >= count || journal.count.latestExcuse > wallClock
        }
        let recovered = ContinuousClock.now - end
        try await wait(for: "the probe has accepted \(probe.starts.count) of \(count)") {
            probe.starts.count == count
        }
        var tally = Tally()
        do {
            try await wait(for: "\(tally)") {
                tally = journal.count.tally(
                    services: probe.starts.accepted.sorted().map(files.service), effects: effects)
                return tally.lost == 0 && journal.isQuiet(for: .seconds(3))
            }
        } catch {
            let lines = journal.count.events.map { String(decoding: EventJSON.encode($0), as: UTF8.self) }
            _ = try stage.write(lines.joined(separator: "\n"), to: "journal.jsonl")
            throw error
        }
        try await probe.stop()
        tally.recovered = recovered
        tally.confirmed = probe.starts.confirmed
        return tally
    }
}
