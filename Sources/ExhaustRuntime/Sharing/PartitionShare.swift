import Synchronization

/// The partitions that this instance has, as its heartbeat tells them.
package final class PartitionShare: Sendable {
    private let partitions: Mutex<[Int]>
    /// Asks for a heartbeat out of turn: something changed that other instances, or the partitions, should hear of.
    let announcement = Signal()

    package init(_ partitions: [Int]) { self.partitions = Mutex(partitions) }

    /// The partitions now, in order.
    package var current: [Int] { partitions.withLock { $0 } }

    func set(_ new: [Int]) { partitions.withLock { $0 = new } }
}
