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

    /// The message of a batch that is encoded already. Throws `invalidData` if no message can hold it.
    func message(for batch: EventBatch) throws(ExhaustError) -> OutgoingMessage {
        let message = OutgoingMessage(
            route: Routing.telemetry(batch.type, host: batch.host, partitions: partitions),
            contentType: EventJSON.batchContentType, body: batch.body, messageID: "\(batch.source)/\(batch.first)",
            type: batch.type.rawValue, host: batch.host.description, first: String(batch.first),
            last: String(batch.last), count: batch.count, timestamp: UInt64(clamping: batch.seconds), expires: nil,
            isReplaceable: false)
        return try checked(message)
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
        let message = OutgoingMessage(
            route: route, contentType: first.type.isControl ? EventJSON.contentType : EventJSON.batchContentType,
            body: body, messageID: "\(first.source)/\(first.id)", type: first.type.rawValue, host: first.host.description, first: first.id,
            last: last.id, count: events.count, timestamp: UInt64(clamping: first.time.seconds),
            expires: first.type == .task
                ? first.extensions["expirytime"]?.string.flatMap { Timestamp(rfc3339: $0) } : nil,
            isReplaceable: first.type == .status)
        return try checked(message)
    }

    private func checked(_ message: OutgoingMessage) throws(ExhaustError) -> OutgoingMessage {
        guard message.body.count <= bodyLimit else {
            throw ExhaustError(
                .invalidData, "event \(message.messageID) has \(message.body.count) bytes as JSON",
                advice: "the broker takes at most \(bodyLimit)")
        }
        for text in [message.messageID, message.type, message.last, message.route.routingKey]
        where !Self.isShort(text) {
            throw ExhaustError(
                .invalidData, "event of \(message.host) has an attribute that AMQP cannot hold: '\(text.prefix(80))'",
                advice: "source with id, type and routing key have at most 255 bytes and no zero byte")
        }
        return message
    }

    private static func isShort(_ text: String) -> Bool { text.utf8.count <= 255 && !text.utf8.contains(0) }
}
