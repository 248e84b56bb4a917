package import ExhaustBroker
package import ExhaustCore
package import Logging

/// What the runtime hands to a role.
package struct RoleContext: Sendable {
    /// How the role is connected to the world.
    package enum Mode: Sendable, Equatable {
        /// Through the broker.
        case live
        /// Through files, in event time. An emitter without `from` reads its live source.
        case pipe(from: String?)
    }

    /// The host that events are about.
    package let host: HostID
    /// This start of this role.
    package let source: EventSource
    package let logger: Logger
    package let mode: Mode
    /// Whether the role shall stop after one pass over its source.
    package let once: Bool
    /// Whether events are written to a terminal, where a person reads them.
    package let isOnTerminal: Bool
    /// Where the role's events go.
    package let outlet: any EventOutlet
    /// Telemetry on its way out; emitters give it their records.
    package let outbox: Outbox
    package let counters: Counters
    /// Counts input that could not be read, which makes a pipe-mode program exit with 65.
    package let rejections: Rejections
    let inlets: any InletMaker
    /// Where the broker is; `nil` in pipe mode.
    package let brokerPlace: (host: String, port: UInt16)?
    /// The number of partitions at the broker.
    package let partitions: Int
    /// The partitions that this instance of a central role has; none for other roles.
    let share: PartitionShare
    /// What all central roles told so far; `nil` in pipe mode.
    package let journal: Journal?

    /// The events of one queue; in pipe mode the lines of the input instead.
    package func inlet(queue: String) throws -> any EventInlet { try inlets.inlet(queue: queue) }

    /// The events of a central role's partitions, such as `exhaust.analyzer.03`; in pipe mode the lines of the input.
    package func partitionedInlet() throws -> PartitionedInlet { try inlets.partitionedInlet() }

    /// What a consumer's knowledge can be rebuilt from; `nil` in pipe mode.
    package var stateSources: (any StateSources)? { journal.map { BrokerStateSources(journal: $0, inlets: inlets) } }

    /// How the role gets to know the state of partitions that it takes over; `nil` in pipe mode.
    package var adoption: Adoption? { journal.map { Adoption(journal: $0, source: source, partitions: partitions) } }

    /// Whether time is the events' own.
    package var isPipe: Bool { mode != .live }

    /// A maker of control events; its ids are reproducible in pipe mode.
    package func eventFactory() -> EventFactory { EventFactory(source: source, seed: isPipe ? 1 : nil) }
}
