import CRabbitMQ
import ExhaustCore
import Glibc

extension BrokerLink {
    /// The next thing that the broker says, without waiting; `nil` when it says nothing now.
    func receive() throws -> Incoming? {
        while true {
            var frame = amqp_frame_t()
            var now = timeval()
            let status = guarded { amqp_simple_wait_frame_noblock(state, &frame, &now) }
            if status == AMQP_STATUS_TIMEOUT.rawValue {
                amqp_maybe_release_buffers(state)
                return nil
            }
            try check(status, "lost")
            let incoming = try take(frame)
            if let incoming { return incoming }
        }
    }

    private func take(_ frame: amqp_frame_t) throws -> Incoming? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD: return try take(frame.payload.method)
        case AMQP_FRAME_HEADER:
            guard let decoded = frame.payload.properties.decoded else { return nil }
            let properties = decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
            return assembler.header(properties, bodySize: frame.payload.properties.body_size)
        case AMQP_FRAME_BODY: return assembler.body(frame.payload.body_fragment)
        default: return nil
        }
    }

    private func take(_ method: amqp_method_t) throws -> Incoming? {
        guard let decoded = method.decoded else { return nil }
        func read<T>(_ type: T.Type) -> T { decoded.assumingMemoryBound(to: type).pointee }
        switch method.id {
        case UInt32(AMQP_BASIC_ACK_METHOD):
            let ack = read(amqp_basic_ack_t.self)
            return .confirmed(tag: ack.delivery_tag, multiple: ack.multiple != 0)
        case UInt32(AMQP_BASIC_NACK_METHOD):
            let nack = read(amqp_basic_nack_t.self)
            return .refused(tag: nack.delivery_tag, multiple: nack.multiple != 0)
        case UInt32(AMQP_BASIC_DELIVER_METHOD): assembler.begin(read(amqp_basic_deliver_t.self))
        case UInt32(AMQP_BASIC_RETURN_METHOD): assembler.begin(read(amqp_basic_return_t.self))
        case UInt32(AMQP_BASIC_CANCEL_METHOD):
            return .cancelled(queue: String(read(amqp_basic_cancel_t.self).consumer_tag))
        case UInt32(AMQP_CONNECTION_BLOCKED_METHOD):
            return .blocked(reason: String(read(amqp_connection_blocked_t.self).reason))
        case UInt32(AMQP_CONNECTION_UNBLOCKED_METHOD): return .unblocked
        case UInt32(AMQP_CHANNEL_CLOSE_METHOD):
            let close = read(amqp_channel_close_t.self)
            throw BrokerFailure(closedChannel: close.reply_code, String(close.reply_text), address: address)
        case UInt32(AMQP_CONNECTION_CLOSE_METHOD):
            let close = read(amqp_connection_close_t.self)
            throw BrokerFailure(closedConnection: close.reply_code, String(close.reply_text), address: address)
        default: break
        }
        return nil
    }

    /// Hands `message` to the kernel; whether the broker has it is for a confirmation to say.
    func publish(_ message: OutgoingMessage, role: String) throws {
        let status = guarded {
            message.body.withUnsafeBytes { body in
                exhaust_publish(
                    state, message.route.exchange, message.route.routingKey, message.contentType, message.messageID,
                    message.type, role, login, message.lifeLeft(at: .now()), message.timestamp, message.host,
                    message.first, message.last, Int64(message.count), message.parked?.reason, message.parked?.queue,
                    message.parked?.login, body.baseAddress, body.count)
            }
        }
        try check(status, "cannot publish to")
    }

    /// Acknowledges delivery `tag`, or everything up to it.
    func acknowledge(_ tag: UInt64, multiple: Bool) throws {
        try check(guarded { amqp_basic_ack(state, 1, tag, multiple ? 1 : 0) }, "cannot acknowledge to")
    }

    /// Refuses delivery `tag` for good: the queue's dead-letter exchange gets it.
    func reject(_ tag: UInt64) throws {
        try check(guarded { amqp_basic_reject(state, 1, tag, 0) }, "cannot reject to")
    }
}
