extension Publisher {
    /// Publishes a delivery as it came to `exhaust.dead` under its first routing key, with the reason in its headers,
    /// and returns once that is confirmed. Throws when the publisher closes before.
    func park(_ delivery: RawDelivery, reason: String) async throws {
        let words = delivery.routingKey.split(separator: ".", omittingEmptySubsequences: false)
        let message = OutgoingMessage(
            route: Route(exchange: Exchange.dead, routingKey: delivery.routingKey),
            contentType: delivery.contentType, body: delivery.body, messageID: "", type: "",
            host: words.count > 2 ? String(words[2]) : "", first: "", last: "", count: 1, timestamp: 0,
            parked: OutgoingMessage.Parked(
                reason: String(reason.prefix(1000)), queue: delivery.queue, login: delivery.login ?? ""))
        try await enqueue([message]).confirmed()
    }
}
