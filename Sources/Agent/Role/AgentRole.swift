import ExhaustCore
package import ExhaustRuntime
import Logging
import Synchronization

/// `exhaust-agent`: runs signed tasks on its host, within its host's policy.
package final class AgentRole: Role {
    package static let name = "agent"
    package static let kind = RoleKind.consumer

    private let configuration: AgentConfiguration
    private let context: RoleContext
    private let catalogue: ActionCatalogue
    private let gate: Mutex<TaskGate>
    private let agent = Mutex<Agent?>(nil)

    /// The runtime gives a role 30 s to stop; the rest is for the results' way out.
    private static let drainLimit: Duration = .seconds(25)

    package init(configuration: AgentConfiguration, context: RoleContext) throws {
        self.configuration = configuration
        self.context = context
        catalogue = configuration.catalogue()
        gate = Mutex(try Self.gate(configuration, catalogue, host: context.host))
    }

    package func run() async throws {
        let ledger = try await openLedger()
        let agent = Agent(
            Agent.Parts(
                host: context.host, gate: gate.withLock { $0 }, catalogue: catalogue, ledger: ledger,
                outlet: context.outlet, factory: context.eventFactory(), logger: context.logger,
                counters: context.counters, parallel: configuration.parallel))
        self.agent.withLock { $0 = agent }
        await agent.recover()
        let isEndOfInput: Bool
        do {
            isEndOfInput = try await serve(agent)
        } catch {
            await drain(agent, startWaiting: false)
            throw error
        }
        await drain(agent, startWaiting: isEndOfInput)
    }

    /// Takes new keys and a new policy. The ledger's place, the command timeout and the number of tasks at once stay.
    package func reload(_ configuration: AgentConfiguration) async throws {
        let new = try Self.gate(configuration, catalogue, host: context.host)
        gate.withLock { $0 = new }
        await agent.withLock { $0 }?.use(new)
    }

    private func openLedger() async throws -> Ledger {
        let path = configuration.ledgerFile
        let ledger = try await withThread(named: "ledger") { try Ledger(path: path) }
        if ledger.cutBytes > 0 {
            context.logger.warning(
                "ledger ended in a half-written line",
                metadata: ["ledger.file": "\(path)", "ledger.cut_bytes": "\(ledger.cutBytes)"])
        }
        return ledger
    }

    /// Takes tasks until the input ends, which gives true, or the role is told to stop.
    private func serve(_ agent: Agent) async throws -> Bool {
        let inlet = try context.inlet(queue: "exhaust.agent.\(context.host)")
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(600))
                    await agent.maintain()
                }
            }
            defer { group.cancelAll() }
            while let delivery = try await inlet.next() {
                context.counters.add("events.received", delivery.events.count)
                for event in delivery.events { try await agent.take(event) }
                await inlet.acknowledge(delivery)
            }
            await inlet.close()
            return !Task.isCancelled
        }
    }

    /// Waits for what runs. In a task of its own, since this one may be cancelled, which would end every wait at once.
    private func drain(_ agent: Agent, startWaiting: Bool) async {
        let limit = startWaiting ? Duration.seconds(3600) : Self.drainLimit
        let isDone = await Task { await agent.drain(startWaiting: startWaiting, within: limit) }.value
        if !isDone { context.logger.error("stopped while tasks run; the next start reports what became of them") }
    }

    private static func gate(
        _ configuration: AgentConfiguration, _ catalogue: ActionCatalogue, host: HostID
    ) throws -> TaskGate {
        TaskGate(
            host: host, keys: try configuration.keys(), policy: try configuration.policy(catalogue),
            catalogue: catalogue)
    }
}
