package import ExhaustBroker
package import ExhaustCore

/// Knows which partitions this instance has the state of, and finds out about the others from the journal.
///
/// A delivery over a new connection may be the first after another instance had the partition. Then what that one told
/// counts, and the state is rebuilt from the journal. If nobody else told anything since, the state that is here still
/// stands, with all that no journal holds, such as half-full windows.
package struct Adoption: Sendable {
    private struct Position {
        var generation: UInt64
        /// Where in the journal this instance has looked for others.
        var offset: UInt64
    }

    private let journal: Journal
    private let source: EventSource
    private let partitions: Int
    private var marks: [Int: Position] = [:]

    /// Nothing is adopted yet. `source` is this instance.
    package init(journal: Journal, source: EventSource, partitions: Int) {
        self.journal = journal
        self.source = source
        self.partitions = partitions
    }

    /// Whether the state of the delivery's partition is here.
    package func isCurrent(_ delivery: Delivery) -> Bool {
        delivery.partition.map { marks[$0]?.generation == delivery.tag.generation } ?? true
    }

    /// The partitions of `deliveries` whose state must be rebuilt before they are handled.
    package mutating func stale(in deliveries: [Delivery]) async throws -> Set<Int> {
        var generations: [Int: UInt64] = [:]
        for delivery in deliveries {
            guard let partition = delivery.partition, !isCurrent(delivery) else { continue }
            generations[partition] = delivery.tag.generation
        }
        guard !generations.isEmpty else { return [] }
        var stale = Set(generations.keys.filter { marks[$0] == nil })
        if let offset = generations.keys.compactMap({ marks[$0]?.offset }).min() {
            let own = source.description
            let end = try await journal.read(from: .number(offset)) { event in
                let partition = event.host.partition(of: partitions)
                guard event.source != own, EventSource(event.source)?.role == source.role else { return }
                if event.type == .barrier {
                    stale.formUnion(Mark.partitions(in: event).keys.filter { generations[$0] != nil })
                } else if generations[partition] != nil {
                    stale.insert(partition)
                }
            }
            for partition in generations.keys where marks[partition] != nil { marks[partition]?.offset = end }
        }
        for (partition, generation) in generations {
            marks[partition, default: Position(generation: generation, offset: 0)].generation = generation
        }
        return stale
    }

    /// Shows `restore` what the journal holds about `partitions`, oldest first.
    package mutating func rebuild(_ stale: Set<Int>, _ restore: (Event) -> Void) async throws {
        let end = try await journal.read { event in
            if stale.contains(event.host.partition(of: partitions)) { restore(event) }
        }
        rebuilt(stale, upTo: end)
    }

    /// The state of `partitions` was rebuilt from the journal up to `offset`.
    package mutating func rebuilt(_ partitions: Set<Int>, upTo offset: UInt64) {
        for partition in partitions { marks[partition]?.offset = offset }
    }

    /// Partitions were given up.
    package mutating func forget(_ partitions: Set<Int>) { for partition in partitions { marks[partition] = nil } }
}
