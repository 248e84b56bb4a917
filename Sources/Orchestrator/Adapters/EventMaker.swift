package import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// Makes this orchestrator's events, from wherever they are needed.
package final class EventMaker: Sendable {
    private let factory: Mutex<EventFactory>

    /// A maker that takes ids from `factory`.
    package init(_ factory: EventFactory) { self.factory = Mutex(factory) }

    /// An event about `host`, caused by `cause`.
    package func make(
        _ type: EventType, host: HostID, time: Timestamp, payload: some Encodable & Sendable, causedBy cause: Event
    ) throws(ExhaustError) -> Event {
        try factory.withLock { factory throws(ExhaustError) in
            try factory.event(type, host: host, time: time, payload: payload, cause: cause)
        }
    }
}
