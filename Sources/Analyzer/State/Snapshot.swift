import ExhaustCore
import ExhaustRuntime

/// What an analyzer knew at one moment, between two turns: everything that it had handled was told.
struct Snapshot: Sendable {
    /// The mark in the journal: facts before it are in here, those behind it are not.
    let mark: String
    let time: Timestamp
    /// The number of partitions at the broker.
    let partitions: Int
    /// For each partition that it had, up to when everything that reached its queue was handled.
    let handled: [Int: Timestamp]
    let filters: [Int: DuplicateFilter]
    let memory: EngineMemory
}

extension Snapshot: Codable {}
