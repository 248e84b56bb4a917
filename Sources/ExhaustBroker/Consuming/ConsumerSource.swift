/// What a consumer reads.
package enum ConsumerSource: Sendable, Hashable {
    /// Queues that exist, each with the prefetch of the configuration.
    case queues([String])
    /// A stream, from an offset on; after a lost connection from the oldest delivery that was not acknowledged.
    case stream(String, from: StreamOffset)
    /// A queue of this consumer alone that gets what matches `bindings` (exchange and pattern) from now on. It keeps
    /// the latest 10,000 messages and loses what comes while the connection is down.
    case temporary(bindings: [Route])
}
