import CRabbitMQ

/// Puts together what spans several frames: a delivery or a return is a method, a header, and body frames.
///
/// librabbitmq's own `amqp_consume_message` and `amqp_read_message` do this too, but refuse every other frame between
/// and ignore their timeout.
struct FrameAssembler {
    private enum Start {
        case delivery(RawDelivery)
        case returned(Route, reason: String)
    }

    private var start: Start?
    private var messageID = ""
    private var missing: UInt64 = 0

    /// Takes a method frame that begins a message.
    mutating func begin(_ deliver: amqp_basic_deliver_t) {
        start = .delivery(
            RawDelivery(
                tag: deliver.delivery_tag, queue: String(deliver.consumer_tag), exchange: String(deliver.exchange),
                routingKey: String(deliver.routing_key), redelivered: deliver.redelivered != 0, contentType: ""))
    }

    /// Takes a method frame that begins a returned message.
    mutating func begin(_ returned: amqp_basic_return_t) {
        let route = Route(exchange: String(returned.exchange), routingKey: String(returned.routing_key))
        start = .returned(route, reason: String(returned.reply_text))
    }

    /// Takes the header frame; gives the message if it has no body.
    mutating func header(_ properties: amqp_basic_properties_t, bodySize: UInt64) -> Incoming? {
        missing = bodySize
        messageID = properties.has(AMQP_BASIC_MESSAGE_ID_FLAG) ? String(properties.message_id) : ""
        if case .delivery(var delivery) = start {
            if properties.has(AMQP_BASIC_CONTENT_TYPE_FLAG) { delivery.contentType = String(properties.content_type) }
            if properties.has(AMQP_BASIC_USER_ID_FLAG) { delivery.login = String(properties.user_id) }
            if properties.has(AMQP_BASIC_HEADERS_FLAG) {
                delivery.offset = Self.number("x-stream-offset", in: properties.headers)
                delivery.priorDeliveries = Self.number("x-delivery-count", in: properties.headers) ?? 0
                delivery.parked = Self.parked(properties.headers)
            }
            delivery.body.reserveCapacity(Int(clamping: min(bodySize, 1 << 20)))
            start = .delivery(delivery)
        }
        return missing == 0 ? finish() : nil
    }

    /// Takes a body frame; gives the message if it is the last one.
    mutating func body(_ bytes: amqp_bytes_t) -> Incoming? {
        missing -= min(missing, UInt64(bytes.len))
        // A returned message is still in the window, so that its body is not needed.
        if case .delivery(var delivery) = start {
            start = nil  // the only reference to the body, so that it grows in place
            delivery.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
            start = .delivery(delivery)
        }
        return missing == 0 ? finish() : nil
    }

    private mutating func finish() -> Incoming? {
        defer { start = nil }
        switch start {
        case .delivery(let delivery): return .delivered(delivery)
        case .returned(let route, let reason): return .returned(messageID: messageID, route: route, reason: reason)
        case nil: return nil
        }
    }

    /// A number that RabbitMQ adds to the headers, which it writes in 64 bits.
    private static func number(_ key: String, in headers: amqp_table_t) -> UInt64? {
        guard let value = value(key, AMQP_FIELD_KIND_I64, in: headers) else { return nil }
        return UInt64(exactly: value.value.i64)
    }

    private static func parked(_ headers: amqp_table_t) -> OutgoingMessage.Parked? {
        guard let reason = value("reason", AMQP_FIELD_KIND_UTF8, in: headers) else { return nil }
        func text(_ key: String) -> String {
            value(key, AMQP_FIELD_KIND_UTF8, in: headers).map { String($0.value.bytes) } ?? ""
        }
        return OutgoingMessage.Parked(reason: String(reason.value.bytes), queue: text("queue"), login: text("login"))
    }

    private static func value(
        _ key: String, _ kind: amqp_field_value_kind_t, in headers: amqp_table_t
    ) -> amqp_field_value_t? {
        for index in 0..<Int(max(headers.num_entries, 0)) {
            let entry = headers.entries[index]
            if entry.value.kind == UInt8(kind.rawValue), String(entry.key) == key { return entry.value }
        }
        return nil
    }
}

extension amqp_basic_properties_t {
    fileprivate func has(_ flag: Int32) -> Bool { _flags & amqp_flags_t(flag) != 0 }
}
