package import ExhaustCore

/// What a loop knows of the partitions that it works on.
package struct EngineState<Engine: EventEngine>: Sendable {
    package var engine: Engine
    /// What was seen of each; by partition, since what another instance may have answered for must not count as seen.
    package var filters: [Int?: DuplicateFilter] = [:]
    /// When this instance, or the one before it, sent the latest of its own heartbeats that came back through the
    /// partition's queue: everything that reached the queue before was handled.
    package var handled: [Int: Timestamp] = [:]

    /// A loop's knowledge in the beginning.
    package init(_ engine: Engine) { self.engine = engine }

    /// Forgets partitions, of which there are `count` in all.
    package mutating func release(_ partitions: Set<Int>, of count: Int) {
        engine.release(partitions, of: count)
        for partition in partitions {
            filters[partition] = nil
            handled[partition] = nil
        }
    }
}

/// Makes an instance know what was known of the partitions that it takes over.
package protocol StateKeeper<Engine>: Sendable {
    associatedtype Engine: EventEngine

    /// Tells `state`, which knows nothing of `partitions`, what was known of them. Gives what follows from events that
    /// were handled and never told of, and the offset in the journal up to which it looked.
    mutating func rebuild(
        _ partitions: Set<Int>, in state: inout EngineState<Engine>
    ) async throws -> (untold: [Event], offset: UInt64)

    /// Everything that was handled is told and acknowledged: a moment for a snapshot.
    mutating func settled(_ state: EngineState<Engine>) async throws

    /// The same, for the last time.
    mutating func close(_ state: EngineState<Engine>) async
}
