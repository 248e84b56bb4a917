/// What the names in an expression mean. Asked only for the names that an evaluation reaches.
public protocol Bindings {
    /// The value of a name; `nil` if there is none, which is an error where the expression needs it.
    func value(of name: String) -> Value?
}

extension ValueMap: Bindings {
    public func value(of name: String) -> Value? { self[name] }
}

/// An event's attributes as names: `data host type time source id severitynumber`, and what else is at hand.
public struct EventBindings: Bindings {
    /// The names that every event has.
    public static let names: Set<String> = ["data", "host", "type", "time", "source", "id", "severitynumber"]

    private let event: Event
    private let extras: ValueMap

    /// Binds the attributes of `event`, and `extras`, which come first.
    public init(_ event: Event, with extras: ValueMap = [:]) {
        self.event = event
        self.extras = extras
    }

    public func value(of name: String) -> Value? {
        if !extras.isEmpty, let value = extras[name] { return value }
        switch name {
        case "data": return .map(event.data)
        case "host": return .string(event.host.description)
        case "type": return .string(event.type.rawValue)
        case "time": return .timestamp(event.time)
        case "source": return .string(event.source)
        case "id": return .string(event.id)
        case "severitynumber": return event.severityNumber.map { .int(Int64($0)) } ?? .null
        default: return nil
        }
    }
}
