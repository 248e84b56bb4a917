import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// Brings the desk its messages, and before those of a partition that another instance had, what became of the runs
/// there.
package final class Intake: Sendable {
    private let partitions: PartitionedInlet
    private let start: Adoption?
    private let count: Int
    /// Partitions that were given up since the last message.
    private let released = Mutex(Set<Int>())

    /// An intake of `partitions`, of which there are `count`; `adoption` is `nil` where there is no journal.
    package init(_ partitions: PartitionedInlet, adoption: Adoption?, count: Int) {
        self.partitions = partitions
        start = adoption
        self.count = count
    }

    /// Feeds `desk` until the input ends or the task is cancelled.
    func run(into desk: RunDesk) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let keeper = partitions.keeper {
                group.addTask {
                    await keeper.run { [self] lost in
                        released.withLock { $0.formUnion(lost) }
                        await desk.release(lost, of: count)
                    }
                }
            }
            var adoption = start
            while let delivery = try await partitions.inlet.next() {
                adoption?.forget(
                    released.withLock { lost in
                        defer { lost = [] }
                        return lost
                    })
                if let stale = try await adoption?.stale(in: [delivery]), !stale.isEmpty {
                    var history = RunHistory()
                    try await adoption?.rebuild(stale) { history.take($0) }
                    await desk.adopt(history, partitions: stale, of: count)
                }
                await desk.take(delivery)
            }
            group.cancelAll()
        }
    }

    func acknowledge(_ delivery: Delivery) async { await partitions.inlet.acknowledgeOne(delivery) }
}
