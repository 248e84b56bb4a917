import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport

/// Messages that no consumer can use, as only the broker's administrator could make them: no login may publish them.
enum Poison {
    static let count = 5

    /// Publishes all of them to the telemetry of `host`.
    static func publish(to broker: PrivateBroker, host: HostID) async throws {
        let event = Event(
            type: .perf, source: EventSource(host: host, role: "emitter-perf").description, id: "1", time: .now(),
            host: host)
        let good = EventJSON.encodeBatch([event])
        let (batch, login) = (EventJSON.batchContentType, Login(.emitterPerf, host: host).name)
        let messages: [(type: String, user: String?, body: [UInt8])] = [
            (batch, login, [0, 255, 123, 91]),
            (batch, login, Array(#"[{"specversion":"1.0"}]"#.utf8)),
            ("text/plain", login, good),
            (batch, "web-02.emitter-perf", good),
            (batch, nil, good),
        ]
        let route = Routing.route(for: event, partitions: broker.topology.settings.partitions)
        let exchange = "rabbit_misc:r(<<\"\(broker.topology.settings.vhost)\">>, exchange, <<\"\(route.exchange)\">>)"
        let calls = messages.map { message in
            let user = message.user.map { ", {user_id, <<\"\($0)\">>}" } ?? ""
            let body = message.body.map(String.init).joined(separator: ",")
            return "rabbit_basic:publish(\(exchange), <<\"\(route.routingKey)\">>, "
                + "[{content_type, <<\"\(message.type)\">>}\(user)], <<\(body)>>)"
        }
        try await broker.control("eval", calls.joined(separator: ", ") + ".")
    }
}
