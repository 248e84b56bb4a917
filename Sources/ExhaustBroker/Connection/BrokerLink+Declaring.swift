import CRabbitMQ
import ExhaustCore

/// Remote calls, for the beginning of a connection.
extension BrokerLink {
    /// Asks for publisher confirms.
    func selectConfirms() throws {
        guarded { _ = amqp_confirm_select(state, 1) }
        try checkReply("cannot ask for confirms on")
    }

    /// Lets the broker send at most `count` unacknowledged messages for each consumer.
    func limitUnacknowledged(to count: UInt16) throws {
        guarded { _ = amqp_basic_qos(state, 1, 0, count, 0) }
        try checkReply("cannot set the prefetch on")
    }

    /// Throws unless exchange `name` exists. Needs no permission.
    func checkExchange(_ name: String) throws {
        guarded { _ = exhaust_check_exchange(state, name) }
        try checkExists("exchange \(name)")
    }

    /// Throws unless queue `name` exists. Needs no permission.
    func checkQueue(_ name: String) throws {
        guarded { _ = exhaust_check_queue(state, name) }
        try checkExists("queue \(name)")
    }

    /// Begins to consume `queue`, a stream from `offset` on.
    func consume(_ queue: String, from offset: StreamOffset?) throws {
        guarded { _ = exhaust_consume(state, queue, offset?.text, offset?.number ?? -1, offset?.seconds ?? -1) }
        try checkExists("queue \(queue)")
    }

    /// Makes `queue`, which lasts as long as this connection and keeps its latest `limit` messages, and binds it.
    func declareTemporary(_ queue: String, limit: Int32, bindings: [Route]) throws {
        guarded { _ = exhaust_declare_temporary(state, queue, limit) }
        try checkReply("cannot declare a queue on")
        for binding in bindings {
            guarded { _ = exhaust_bind(state, queue, binding.exchange, binding.routingKey) }
            try checkExists("exchange \(binding.exchange)")
        }
    }

    private func checkExists(_ subject: String) throws {
        let reply = amqp_get_rpc_reply(state)
        guard let failure = BrokerFailure(reply: reply, during: "cannot look at \(subject) on", address: address) else {
            return
        }
        guard failure.kind == .refusedOperation, failure.message.contains(" 404 ") else { throw failure }
        // RabbitMQ also says 404 of what exists while it elects a leader or recovers after a crash.
        guard failure.message.contains("no queue '") || failure.message.contains("no exchange '") else {
            throw BrokerFailure(.lost, "\(subject) is not ready on broker \(address): \(failure.message)")
        }
        throw BrokerFailure(
            .refusedOperation, "\(subject) is missing on broker \(address)", advice: BrokerFailure.provisioning)
    }
}
