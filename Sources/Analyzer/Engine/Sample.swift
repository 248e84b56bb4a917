import ExhaustCore

/// One event, or one item of it, that counts for a key; what texts are made of.
struct Sample: Sendable {
    let event: Event
    /// The element of the rule's `each`, if it has one, and its place in it.
    let item: Value?
    var index = 0

    var time: Timestamp { event.time }

    /// The names that texts and keys may use.
    func bindings(value: Double? = nil) -> EventBindings { EventBindings(event, item: item, value: value) }
}

extension Sample: Codable {
    private enum CodingKeys: CodingKey { case event, item, index }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        event = try EventJSON.decode(Array(try values.decode(String.self, forKey: .event).utf8))
        item = try values.decodeIfPresent(Value.self, forKey: .item)
        index = try values.decode(Int.self, forKey: .index)
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(String(decoding: EventJSON.encode(event), as: UTF8.self), forKey: .event)
        try values.encodeIfPresent(item, forKey: .item)
        try values.encode(index, forKey: .index)
    }
}

extension EventBindings {
    /// The event's names with those that a rule adds.
    init(_ event: Event, item: Value? = nil, value: Double? = nil, fact: Value? = nil) {
        if item == nil, value == nil, fact == nil {
            self.init(event)
            return
        }
        var extras = ValueMap()
        extras["item"] = item
        extras["value"] = value.map { .double($0) }
        extras["fact"] = fact
        self.init(event, with: extras)
    }
}
