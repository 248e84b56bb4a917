import ExhaustCore

/// Whether a message comes from whom it says it comes from.
///
/// The broker checks `user_id` against the publisher's login but lets a message go without it, and a user without a
/// topic permission may publish under any key. So what consumers believe about a host must be checked here again.
enum SenderCheck {
    private static let exchanges: Set<String> = [Exchange.telemetry, Exchange.results, Exchange.status]

    /// Why `events`, published to `exchange` by `login`, must not be believed; `nil` if they may be.
    static func objection(to events: [Event], exchange: String, login: String?) -> String? {
        guard exchanges.contains(exchange) else { return nil }
        guard let login else { return "the message has no user_id" }
        guard let dot = login.firstIndex(of: ".") else {
            // A central role speaks of itself alone.
            let isOwn = exchange == Exchange.status && events.allSatisfy { EventSource($0.source)?.role == login }
            return isOwn ? nil : "login \(login) is not a host's"
        }
        let host = login[..<dot]
        let other = events.first { $0.host.description != host }
        return other.map { "login \(login) sent an event of host \($0.host)" }
    }
}
