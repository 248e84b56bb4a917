/// What the names in an expression mean. Asked only for the names that an evaluation reaches.
public protocol Bindings {
    /// The value of a name; `nil` if there is none, which is an error where the expression needs it.
    func value(of name: String) -> Value?
}

extension ValueMap: Bindings {
    public func value(of name: String) -> Value? { self[name] }
}

/// An event's attributes as names: `data host type time source id severitynumber`, and what else is at hand.
///
/// Making one copies the event; make one for each event and evaluate everything that concerns the event in it.
public struct EventBindings: Bindings, Sendable {
    /// The names that every event has.
    public static let names: Set<String> = Set(Field.allCases.map(\.rawValue))

    private let content: Content

    /// A name that every event has.
    enum Field: String, CaseIterable, Sendable {
        case data, host, type, time, source, id, severitynumber
    }

    /// Held by reference, so that bindings fit where a protocol's value is kept, without a copy for each evaluation.
    private final class Content: Sendable {
        let event: Event
        let extras: ValueMap
        let hidesData: Bool

        init(_ event: Event, _ extras: ValueMap) {
            self.event = event
            self.extras = extras
            hidesData = extras["data"] != nil
        }
    }

    /// Binds the attributes of `event`, and `extras`, which come first.
    public init(_ event: Event, with extras: ValueMap = [:]) {
        content = Content(event, extras)
    }

    public func value(of name: String) -> Value? {
        if let field = Field(rawValue: name) { return value(of: field) }
        return content.extras[name]
    }

    func value(of field: Field) -> Value {
        if !content.extras.isEmpty, let value = content.extras[field.rawValue] { return value }
        switch field {
        case .data: return .map(content.event.data)
        case .host: return .string(content.event.host.description)
        case .type: return .string(content.event.type.rawValue)
        case .time: return .timestamp(content.event.time)
        case .source: return .string(content.event.source)
        case .id: return .string(content.event.id)
        case .severitynumber: return content.event.severityNumber.map { .int(Int64($0)) } ?? .null
        }
    }

    /// Whether `data` is not the event's.
    var hidesData: Bool { content.hidesData }

    /// A field of the event's data, see `ValueMap.value(of:near:)`.
    @inline(__always)
    func field(_ name: String, near place: inout Int) -> Value? {
        content.event.data.value(of: name, near: &place)
    }
}
