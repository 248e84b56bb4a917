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
                let seen = context.share.announcement.count
                let events = try statuses(.running, from: &factory)
                try await cancelWhenGracefulShutdown {
                    // The confirmation is not awaited: a heartbeat that is late is worth nothing.
                    _ = try await context.outlet.enqueue(events)
                    await context.share.announcement.wait(past: seen, timeout: interval)
                }
            }
        } catch is CancellationError {}  // that is how a graceful shutdown ends the wait
        let events = try statuses(.stopped, from: &factory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await context.outlet.enqueue(events) }
            group.addTask { try await Task.sleep(for: Self.farewell) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The heartbeat; that of a central role once for every partition that it has, so that whoever is active there
    /// hears of it, first of all itself.
    private func statuses(_ state: RoleStatus.State, from factory: inout EventFactory) throws -> [Event] {
        let status = RoleStatus(
            role: role, state: state, version: Version.text, pid: Machine.pid,
            uptimeSeconds: (ContinuousClock.now - start).inSeconds, intervalSeconds: interval.inSeconds,
            counters: context.counters.snapshot)
        let partitions = context.share.current
        let copies: [Int?] = partitions.isEmpty ? [nil] : partitions
        return try copies.map { partition in
            var event = try factory.event(.status, host: context.host, time: .now(), payload: status)
            if let partition { event.extensions["partition"] = .int(Int64(partition)) }
            return event
        }
    }
}
