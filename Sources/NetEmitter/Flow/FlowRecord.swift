package import ExhaustCore

/// What the table tells of a flow: at its end, and now and then while it goes on.
package struct FlowRecord: Sendable {
    /// Why the flow is told of, by IPFIX's names (IANA, flowEndReason).
    package enum Reason: String, Sendable {
        case idle = "idle_timeout"
        /// It goes on.
        case active = "active_timeout"
        /// FIN or RST, or a new connection between the same ports.
        case end = "end_of_flow"
        /// The emitter stops, or the input ends.
        case forced = "forced_end"
        /// The table was full.
        case crowded = "lack_of_resources"
    }

    package let flow: Flow
    package let reason: Reason
    /// When it was known: times of records do not go back.
    package let time: Timestamp
    /// When the flow was told of before, if it was.
    package let since: Timestamp?
}
