import ExhaustBroker
import ExhaustCore
import Logging
import Synchronization

/// Keeps an instance's share of the partitions what all instances of its role agree on.
///
/// Every instance hears the heartbeats of all and computes the same shares from them. Where they disagree for a moment,
/// the broker still lets only one consumer of a queue be active; the others stand by.
package final class ShareKeeper: Sendable {
    private let inlet: Consumer
    private let statuses: Consumer
    private let role: String
    private let partitions: Int
    private let interval: Duration
    private let share: PartitionShare
    private let logger: Logger
    private let membership: Mutex<Membership>
    private let changed = Signal()

    /// How long what was handed out may take to be done with when its partition is given up.
    private static let releaseLimit = Duration.seconds(10)

    /// A keeper for the consumer `inlet` of `source`'s role; `statuses` brings the heartbeats of all its instances.
    init(
        inlet: Consumer, statuses: Consumer, source: EventSource, partitions: Int, interval: Duration,
        share: PartitionShare, logger: Logger
    ) {
        self.inlet = inlet
        self.statuses = statuses
        role = source.role
        self.partitions = partitions
        self.interval = interval
        self.share = share
        self.logger = logger
        membership = Mutex(Membership(own: source.description, interval: interval))
    }

    /// Runs until cancelled. `released` hears of partitions after they were given up.
    package func run(released: @escaping @Sendable (Set<Int>) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.listen() }
            group.addTask { await self.keep(released) }
            await group.next()
            group.cancelAll()
        }
        await statuses.close()
    }

    private func listen() async {
        do {
            while let delivery = try await statuses.next() {
                for event in delivery.events { hear(event) }
                await statuses.acknowledge(delivery)
            }
        } catch {
            logger.error("cannot hear the other instances", metadata: ["error.message": "\(error)"])
        }
    }

    private func hear(_ event: Event) {
        do {
            let status = try event.payload(RoleStatus.self)
            guard status.role == role, status.intervalSeconds > 0 else { return }
            let isNew = membership.withLock {
                $0.note(
                    event.source, isStopped: status.state == .stopped, interval: .seconds(status.intervalSeconds),
                    at: .now)
            }
            // So that it need not wait a whole interval to hear of this instance.
            if isNew { share.announcement.notify() }
            changed.notify()
        } catch {
            logger.debug("heartbeat not understood", metadata: ["error.message": "\(error)"])
        }
    }

    private func keep(_ released: @Sendable (Set<Int>) async -> Void) async {
        while !Task.isCancelled {
            let seen = changed.count
            let mine = membership.withLock { $0.share(of: partitions, at: .now) }
            let had = share.current
            if mine != had {
                await inlet.assign(mine.map { Queue.name(of: role, partition: $0) }, within: Self.releaseLimit)
                let lost = Set(had).subtracting(mine)
                if !lost.isEmpty { await released(lost) }
                share.set(mine)
                logger.info(
                    "share of partitions changed",
                    metadata: ["partitions.own": "\(mine.count)", "partitions.all": "\(partitions)"])
                share.announcement.notify()
            }
            await changed.wait(past: seen, timeout: interval / 8)
        }
    }
}
