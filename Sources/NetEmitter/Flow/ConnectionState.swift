/// How a flow went, in the words of Zeek's `conn_state`.
package enum ConnectionState: String, Sendable, CaseIterable {
    /// Nobody answered.
    case attempt = "S0"
    case refused = "REJ"
    case established = "S1"
    /// Closed by the source only, or by the destination only.
    case sourceClosed = "S2"
    case destinationClosed = "S3"
    case finished = "SF"
    case sourceReset = "RSTO"
    case destinationReset = "RSTR"
    /// A SYN and an RST of the source, nothing of the destination.
    case withdrawn = "RSTOS0"
    /// An answer and an RST of the destination, no SYN.
    case answerReset = "RSTRH"
    /// A SYN and a FIN of the source, no answer.
    case halfOpen = "SH"
    /// An answer and a FIN of the destination, no SYN; of UDP, an answer alone.
    case answerOnly = "SHR"
    /// Begun before the capture, or of another protocol.
    case other = "OTH"
}

extension Flow {
    package var connectionState: ConnectionState {
        if isTCP { return stateOfTCP }
        guard key.transport == Transport.udp else { return .other }
        switch (source.tcp.state, destination.tcp.state) {
        case (.established, .established): return .finished
        case (.established, _): return .attempt
        case (_, .established): return .answerOnly
        default: return .other
        }
    }

    private var stateOfTCP: ConnectionState {
        let (one, other) = (source.tcp.state, destination.tcp.state)
        let isOneSilent = one == .inactive || one == .partial
        let isOtherSilent = other == .inactive || other == .partial
        switch (one, other) {
        case (.synSent, .reset), (.synAckSent, .reset): return .refused
        case (.reset, .reset) where !source.tcp.hasSentData && !destination.tcp.hasSentData: return .refused
        case (_, .reset): return isOneSilent ? .answerReset : .destinationReset
        case (.reset, _) where isOtherSilent: return history.isWithdrawnAttempt ? .withdrawn : .other
        case (.reset, _): return .sourceReset
        case (.closed, .closed): return .finished
        case (.closed, _): return isOtherSilent ? .halfOpen : .sourceClosed
        case (_, .closed): return isOneSilent ? .answerOnly : .destinationClosed
        case (.synSent, .inactive): return .attempt
        case (.established, .established): return .established
        default: return .other
        }
    }
}
