/// What a connection serves: a publisher or a consumer. The connection's thread makes all calls, one at a time.
protocol ConnectionDriver: AnyObject, Sendable {
    /// A new connection is open: declare, check, subscribe.
    func opened(_ link: BrokerLink) throws
    /// The broker said something.
    func received(_ incoming: Incoming) throws
    /// Sends what is ready; called whenever the connection wakes. Returns when it wants to be called again at the
    /// latest, should nothing happen before.
    func pump(_ link: BrokerLink) throws -> ContinuousClock.Instant?
    /// The connection is gone; what was under way will never be answered.
    func lost()
    /// Whether, once a stop was asked for, nothing is left to be done.
    var isDone: Bool { get }
    /// Rises whenever the broker has done something useful for this connection.
    var progress: UInt64 { get }
}

extension ConnectionDriver {
    /// Takes everything that the broker has said so far.
    func drain(_ link: BrokerLink) throws {
        while let incoming = try link.receive() { try received(incoming) }
    }
}

/// Thrown to end a connection that has served its purpose: the next one opens at once.
struct Reconnect: Error {}
