/// One CloudEvent (specification 1.0): the envelope of everything that Exhaust's roles tell each other.
///
/// `source` and `id` together are unique, so that a consumer can drop what it has seen. Telemetry counts its ids
/// from 1 without holes within a source; control events carry ULIDs.
public struct Event: Sendable, Hashable {
    /// What kind of event this is, such as `exhaust.syslog`.
    public var type: EventType
    /// Who made it, see `EventSource`.
    public var source: String
    /// Its number or ULID within `source`.
    public var id: String
    /// When it happened (telemetry) or was made (control).
    public var time: Timestamp
    /// The host that it is about.
    public var host: HostID
    /// When the emitter received it, where that differs in meaning from `time`.
    public var recordedTime: Timestamp?
    /// OpenTelemetry's severity number, 1 (trace) to 24 (fatal), where there is one.
    public var severityNumber: Int?
    /// The event that directly caused this one.
    public var causationID: String?
    /// The event with which the causal chain began.
    public var correlationID: String?
    /// How many actions lie between the chain's beginning and this event.
    public var chainDepth: Int?
    /// The payload: keys follow OpenTelemetry, then ECS, then `exhaust.*`.
    public var data: ValueMap
    /// Attributes that this version does not know, kept as they came.
    public var extensions: ValueMap

    /// An event with only its required attributes; set the others as needed.
    public init(
        type: EventType, source: String, id: String, time: Timestamp, host: HostID, data: ValueMap = [:]
    ) {
        self.type = type
        self.source = source
        self.id = id
        self.time = time
        self.host = host
        self.data = data
        self.extensions = [:]
    }

    /// What makes an event one and the same wherever it is seen again.
    public var identity: EventIdentity { EventIdentity(source: source, id: id) }
}

/// The pair that names an event for good; evidence refers to events by it.
public struct EventIdentity: Sendable, Hashable, Codable {
    /// The event's source.
    public let source: String
    /// The event's id within the source.
    public let id: String

    /// Names an event.
    public init(source: String, id: String) {
        self.source = source
        self.id = id
    }
}
