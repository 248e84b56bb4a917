package import ExhaustCore

/// Recognises events that were delivered before, by source and id. What it does not know counts as new: a duplicate
/// does less harm than a loss.
///
/// Telemetry counts its ids within a source, so a few ranges hold all that was seen of it; other ids are remembered up
/// to a number, oldest forgotten first.
package struct DuplicateFilter: Sendable {
    private var numbered: [String: SeenNumbers] = [:]
    private var recent: Set<EventIdentity> = []
    private var order: [EventIdentity] = []
    private let capacity: Int

    /// A filter that remembers `capacity` ULIDs, and as many sources.
    package init(capacity: Int = 65_536) { self.capacity = capacity }

    /// Whether `event` is new; it counts as seen from now on.
    package mutating func isNew(_ event: Event) -> Bool {
        if let number = UInt64(event.id) {
            if numbered.count >= capacity, numbered[event.source] == nil { numbered.removeAll() }
            return numbered[event.source, default: SeenNumbers()].insert(number)
        }
        guard recent.insert(event.identity).inserted else { return false }
        order.append(event.identity)
        if order.count >= 2 * capacity {
            for old in order.prefix(capacity) { recent.remove(old) }
            order.removeFirst(capacity)
        }
        return true
    }
}
