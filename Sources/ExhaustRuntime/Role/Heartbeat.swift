import ExhaustCore
import ServiceLifecycle

/// Tells the world on `exhaust.status` that the role is alive, and what it counted; and once that it stopped.
struct Heartbeat: Service {
    let role: String
    let interval: Duration
    let context: RoleContext
    private let start = ContinuousClock.now
    /// How long the last word may wait for room in the publisher's window, which is full while the broker is away.
    private static let farewell = Duration.seconds(1)

    init(role: String, interval: Duration, context: RoleContext) {
        self.role = role
        self.interval = interval
        self.context = context
    }

    func run() async throws {
        var factory = context.eventFactory()
        do {
            while !Task.isShuttingDownGracefully && !Task.isCancelled {
                let event = try status(.running, from: &factory)
                try await cancelWhenGracefulShutdown {
                    // The confirmation is not awaited: a heartbeat that is late is worth nothing.
                    _ = try await context.outlet.enqueue([event])
                    try await Task.sleep(for: interval)
                }
            }
        } catch is CancellationError {}  // that is how a graceful shutdown ends the wait
        let event = try status(.stopped, from: &factory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await context.outlet.enqueue([event]) }
            group.addTask { try await Task.sleep(for: Self.farewell) }
            try await group.next()
            group.cancelAll()
        }
    }

    private func status(_ state: RoleStatus.State, from factory: inout EventFactory) throws -> Event {
        let status = RoleStatus(
            role: role, state: state, version: Version.text, pid: Machine.pid,
            uptimeSeconds: (ContinuousClock.now - start).inSeconds, intervalSeconds: interval.inSeconds,
            counters: context.counters.snapshot)
        return try factory.event(.status, host: context.host, time: .now(), payload: status)
    }
}
