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

    /// How many of the latest ULIDs a snapshot keeps: more than can be under way to one consumer.
    private static let kept = 1024

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

extension DuplicateFilter: Codable {
    private enum CodingKeys: String, CodingKey { case numbered, recent }

    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        numbered = try container.decode([String: SeenNumbers].self, forKey: .numbered)
        order = try container.decode([EventIdentity].self, forKey: .recent)
        recent = Set(order)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(numbered, forKey: .numbered)
        try container.encode(Array(order.suffix(Self.kept)), forKey: .recent)
    }
}
