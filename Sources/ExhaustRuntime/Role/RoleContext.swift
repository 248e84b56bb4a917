import ExhaustBroker
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
    /// Where the role's events go.
    package let outlet: any EventOutlet
    /// Telemetry on its way out; emitters give it their records.
    package let outbox: Outbox
    package let counters: Counters
    /// Counts input that could not be read, which makes a pipe-mode program exit with 65.
    package let rejections: Rejections
    let makeInlet: @Sendable ([String]) throws -> any EventInlet
    /// The number of partitions at the broker.
    package let partitions: Int

    /// The events of `queues`; in pipe mode the lines of the input instead.
    package func inlet(queues: [String]) throws -> any EventInlet { try makeInlet(queues) }

    /// The role's queues, one a partition, such as `exhaust.analyzer.03`.
    package var partitionQueues: [String] { Queue.names(of: source.role, partitions: partitions) }

    /// Whether time is the events' own.
    package var isPipe: Bool { mode != .live }

    /// A maker of control events; its ids are reproducible in pipe mode.
    package func eventFactory() -> EventFactory { EventFactory(source: source, seed: isPipe ? 1 : nil) }
}
