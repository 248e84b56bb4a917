import CRabbitMQ
import ExhaustCore

/// Why a connection could not be made or did not last.
struct BrokerFailure: Error, Hashable, CustomStringConvertible {
    /// Who is to blame decides how it is logged and whether the connection can be closed politely.
    enum Kind: Hashable {
        /// The network or the broker is away; it will come back.
        case lost
        /// The broker says no to the login, the certificate or the vhost.
        case refusedConnection
        /// The broker says no to a single operation and closed the channel; the connection is well.
        case refusedOperation
    }

    let kind: Kind
    /// What failed, naming its subject.
    let message: String
    /// What to do about it.
    let advice: String?

    init(_ kind: Kind, _ message: String, advice: String? = nil) {
        self.kind = kind
        self.message = message
        self.advice = advice
    }

    var description: String { advice.map { "\(message) (\($0))" } ?? message }

    static let connecting = "cannot connect to"
    static let loggingIn = "cannot log in to"
    static let provisioning = "provision the broker with exhaustctl topology apply, as docs/exhaustctl.md shows"
}

extension BrokerFailure {
    /// A failure that the library reports by `status` of amqp.h.
    init(status: Int32, during operation: String, address: BrokerAddress) {
        let text = String(cString: amqp_error_string2(status))
        switch status {
        case AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue:
            self.init(
                .refusedConnection, "the certificate of \(address) comes from no authority that is trusted here",
                advice: "ca_file must hold the authority that signed the broker's certificate")
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue:
            self.init(
                .refusedConnection, "the certificate of \(address) does not name \(address.host)",
                advice: "use a DNS name that is in the certificate; librabbitmq knows no addresses in certificates")
        case AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD.rawValue:
            self.init(
                .refusedConnection, "\(address) does not accept this way to log in",
                advice: "auth_mechanisms must have PLAIN for passwords, EXTERNAL for certificates")
        case AMQP_STATUS_SSL_ERROR.rawValue where operation == Self.loggingIn:
            // TLS 1.3 tells a client of it only after the handshake, and librabbitmq passes on no alert.
            self.init(
                .refusedConnection, "\(address) does not accept this certificate",
                advice: "it is missing, expired, revoked or of another authority; the broker's log says which")
        case AMQP_STATUS_SOCKET_ERROR.rawValue where operation == Self.connecting:
            self.init(.lost, "\(operation) \(address): nothing answers", advice: "is the broker running there?")
        default:
            self.init(.lost, "\(operation) \(address): \(text)")
        }
    }

    /// A failure from the reply to a remote call; `nil` if the call succeeded.
    init?(reply: amqp_rpc_reply_t, during operation: String, address: BrokerAddress) {
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return nil
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            guard let decoded = reply.reply.decoded else {
                self.init(.lost, "\(operation) \(address): the broker closed without a reason")
                return
            }
            if reply.reply.id == UInt32(AMQP_CONNECTION_CLOSE_METHOD) {
                let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
                self.init(closedConnection: close.reply_code, String(close.reply_text), address: address)
            } else {
                let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
                self.init(closedChannel: close.reply_code, String(close.reply_text), address: address)
            }
        default:
            self.init(status: reply.library_error, during: operation, address: address)
        }
    }

    /// The broker closed the connection with a reply code of AMQP 0-9-1 section 1.8.
    init(closedConnection code: UInt16, _ text: String, address: BrokerAddress) {
        switch code {
        case 403:
            self.init(
                .refusedConnection, "\(address) refused the login: \(text)",
                advice: "check login, password_file and the user's permissions on the vhost")
        case 530:
            self.init(.refusedConnection, "\(address) refused the vhost: \(text)", advice: Self.provisioning)
        default:
            self.init(.lost, "\(address) closed the connection: \(code) \(text)")
        }
    }

    /// The broker closed the channel with a reply code of AMQP 0-9-1 section 1.8.
    init(closedChannel code: UInt16, _ text: String, address: BrokerAddress) {
        let advice: String? =
            switch code {
            case 403: "the login lacks a permission; \(Self.provisioning)"
            case 404: Self.provisioning
            default: nil
            }
        self.init(.refusedOperation, "\(address) refused: \(code) \(text)", advice: advice)
    }
}

extension String {
    /// Text that the broker sent; bytes that are not UTF-8 are replaced.
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }
}
