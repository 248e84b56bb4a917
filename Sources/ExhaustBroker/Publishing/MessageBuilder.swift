import ExhaustCore

/// Makes messages of events: telemetry in batches, control events singly.
struct MessageBuilder {
    let partitions: Int
    /// The largest body; the broker is set to 1 MiB and closes the channel over a larger one.
    let bodyLimit: Int

    /// Messages for `events`, in order within each route. Throws `invalidData` for an event that no message can hold.
    func messages(for events: [Event]) throws(ExhaustError) -> [OutgoingMessage] {
        var messages: [OutgoingMessage] = []
        var batches: [(route: Route, events: [Event])] = []
        for event in events {
            let route = Routing.route(for: event, partitions: partitions)
            if event.type.isControl {
                messages.append(try message(for: [event][...], body: EventJSON.encode(event), route: route))
            } else if let index = batches.firstIndex(where: { $0.route == route }) {
                batches[index].events.append(event)
            } else {
                batches.append((route, [event]))
            }
        }
        for batch in batches { try append(batch.events[...], route: batch.route, to: &messages) }
        return messages
    }

    private func append(
        _ events: ArraySlice<Event>, route: Route, to messages: inout [OutgoingMessage]
    ) throws(ExhaustError) {
        let body = EventJSON.encodeBatch(Array(events))
        guard body.count > bodyLimit, events.count > 1 else {
            messages.append(try message(for: events, body: body, route: route))
            return
        }
        let middle = events.startIndex + events.count / 2
        try append(events[..<middle], route: route, to: &messages)
        try append(events[middle...], route: route, to: &messages)
    }

    private func message(
        for events: ArraySlice<Event>, body: [UInt8], route: Route
    ) throws(ExhaustError) -> OutgoingMessage {
        guard let first = events.first, let last = events.last else {
            throw ExhaustError(.software, "a message without events")
        }
        guard body.count <= bodyLimit else {
            throw ExhaustError(
                .invalidData, "event \(first.id) of \(first.source) has \(body.count) bytes as JSON",
                advice: "the broker takes at most \(bodyLimit)")
        }
        let id = "\(first.source)/\(first.id)"
        for text in [id, first.type.rawValue, last.id, route.routingKey] where !Self.isShort(text) {
            throw ExhaustError(
                .invalidData, "event of \(first.host) has an attribute that AMQP cannot hold: '\(text.prefix(80))'",
                advice: "source with id, type and routing key have at most 255 bytes and no zero byte")
        }
        return OutgoingMessage(
            route: route, contentType: first.type.isControl ? EventJSON.contentType : EventJSON.batchContentType,
            body: body, messageID: id, type: first.type.rawValue, host: first.host.description, first: first.id,
            last: last.id, count: events.count, timestamp: UInt64(clamping: first.time.seconds),
            expires: first.type == .task
                ? first.extensions["expirytime"]?.string.flatMap { Timestamp(rfc3339: $0) } : nil,
            isReplaceable: first.type == .status)
    }

    private static func isShort(_ text: String) -> Bool { text.utf8.count <= 255 && !text.utf8.contains(0) }
}
