import ExhaustCore
import Glibc

/// Why a probe has no answer.
struct ProbeFailure: Error, Hashable {
    /// `error.type` of the event.
    enum Reason: String {
        /// The name has no address.
        case resolution
        case timeout
        case refused
        case unreachable
        case reset
        /// The answer is none that the protocol knows.
        case malformed
        /// The certificate, or the handshake that would show it.
        case certificate
        /// An HTTP status of 400 or more.
        case status
        /// This machine cannot ask, which says nothing of the target.
        case local
    }

    let reason: Reason
    let message: String

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// What the system says of the network, or of this machine.
    init(errno number: Int32) {
        let reason: Reason =
            switch number {
            case ECONNREFUSED: .refused
            case ETIMEDOUT: .timeout
            case ECONNRESET, EPIPE: .reset
            case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EPROTO, ENOPROTOOPT: .unreachable
            default: .local
            }
        self.init(reason, ExhaustError.text(ofErrno: number))
    }
}
