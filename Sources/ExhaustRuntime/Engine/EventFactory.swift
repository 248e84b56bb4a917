package import ExhaustCore

/// Makes control events of one source.
package struct EventFactory: Sendable {
    private let source: EventSource
    /// `nil` for the system's random numbers.
    private var generator: SeededGenerator?

    /// A factory; with a `seed` the ids are the same in every run.
    package init(source: EventSource, seed: UInt64?) {
        self.source = source
        generator = seed.map(SeededGenerator.init(seed:))
    }

    /// An id for an event made at `time`.
    package mutating func id(at time: Timestamp) -> String {
        guard var seeded = generator else { return ULID(time: time).description }
        defer { generator = seeded }
        return ULID(time: time, using: &seeded).description
    }

    /// An event about `host`. `cause` gives the causal chain: its identity, correlation and depth are passed on.
    /// `id` is a new ULID unless given. Throws if `payload` cannot be encoded, which is a defect.
    package mutating func event(
        _ type: EventType, host: HostID, time: Timestamp, payload: some Encodable, cause: Event? = nil,
        id: String? = nil
    ) throws(ExhaustError) -> Event {
        var event = Event(
            type: type, source: source.description, id: id ?? self.id(at: time), time: time, host: host,
            data: try Self.encode(payload, type))
        event.chainDepth = cause?.chainDepth ?? 0
        event.correlationID = cause.map { $0.correlationID ?? $0.id }
        event.causationID = cause?.id
        return event
    }

    private static func encode(_ payload: some Encodable, _ type: EventType) throws(ExhaustError) -> ValueMap {
        do {
            guard case .map(let map) = try ValueEncoder().encode(payload) else {
                throw ExhaustError(.software, "the payload of \(type) is not a map")
            }
            return map
        } catch let error as ExhaustError {
            throw error
        } catch {
            throw ExhaustError(.software, "cannot encode the payload of \(type)", causes: [error])
        }
    }
}
