package import ExhaustCore

/// One message with its properties, ready to be published any number of times.
package struct OutgoingMessage: Sendable, Hashable {
    package var route: Route
    package var contentType: String
    package var body: [UInt8]
    /// `source/id` of the first event.
    package var messageID: String
    package var type: String
    package var host: String
    /// The ids of the first and the last event, and how many there are.
    package var first: String
    package var last: String
    package var count: Int
    /// Seconds since the epoch.
    package var timestamp: UInt64
    /// After this moment the message is worth nothing.
    package var expires: Timestamp?
    /// A later message of the same route makes this one worth nothing, as heartbeats do.
    package var isReplaceable = false
    /// Why a message that nobody can use was set aside; `nil` for all others.
    package var parked: Parked?

    /// What the headers of a parked message say.
    package struct Parked: Sendable, Hashable {
        /// Why it is of no use.
        package var reason: String
        /// The queue from which it was taken, and the login that had published it.
        package var queue: String
        package var login: String
    }

    /// What is left of its life at `now` in milliseconds, as the `expiration` property wants it: at least 1.
    func lifeLeft(at now: Timestamp) -> String? {
        expires.map { "\(max(1, ($0 - now).inMilliseconds))" }
    }
}
