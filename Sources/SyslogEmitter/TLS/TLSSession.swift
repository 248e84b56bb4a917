import COpenSSL
import ExhaustRuntime
import Glibc

/// The server's side of TLS on one connection. Never waits.
final class TLSSession {
    enum Step {
        case done(Origin.TLSPeer)
        /// The peer has not answered yet.
        case again
        case refused(Refusal)
    }

    /// Why a peer was not let in.
    struct Refusal {
        let reason: String
        var subject: String?
    }

    private let ssl: OpaquePointer
    private let descriptor: Int32
    private let allow: PeerNames?
    private var hasBegun = false
    /// The subject of a certificate that was not accepted: OpenSSL forgets it.
    private var refusedSubject: String?
    /// What poll(2) shall wait for.
    private(set) var events = Int16(POLLIN)

    /// A session over an accepted connection; `nil` if there is no memory for one.
    init?(_ context: TLSContext, _ socket: Socket) {
        guard let ssl = SSL_new(context.pointer) else { return nil }
        self.ssl = ssl
        descriptor = socket.descriptor
        allow = context.allow
        SSL_set_fd(ssl, descriptor)
        SSL_set_accept_state(ssl)
        // The session frees `ssl`, so this pointer back is good for as long as `ssl` is used.
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { SSL_free(ssl) }

    /// Keeps whose certificate was not accepted; `store` is what OpenSSL checks it with.
    static func noteRefused(_ store: OpaquePointer?) {
        guard let certificate = X509_STORE_CTX_get0_cert(store),
            let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let session = SSL_get_ex_data(OpaquePointer(ssl), 0)
        else { return }
        Unmanaged<TLSSession>.fromOpaque(session).takeUnretainedValue().refusedSubject =
            PeerCertificate(certificate).subject
    }

    /// Goes on with the handshake as far as the peer's messages allow.
    func shakeHands() -> Step {
        if !hasBegun {
            var first: UInt8 = 0
            let count = recv(descriptor, &first, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { return .again }
            if count <= 0 { return .refused(Refusal(reason: "the peer ended the connection before the handshake")) }
            // Every handshake begins with a record of this type (RFC 8446 section 5.1).
            guard first == 22 else { return .refused(Refusal(reason: "plain text on the TLS port")) }
            hasBegun = true
        }
        ERR_clear_error()
        let status = SSL_do_handshake(ssl)
        guard status != 1 else { return admit() }
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ: events = Int16(POLLIN)
        case SSL_ERROR_WANT_WRITE: events = Int16(POLLOUT)
        default: return .refused(Refusal(reason: refusalReason, subject: refusedSubject))
        }
        return .again
    }

    /// Reads what there is; 0 at the end, `nil` if there is nothing now.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        ERR_clear_error()
        let count = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        if count > 0 {
            events = Int16(POLLIN)
            return Int(count)
        }
        switch SSL_get_error(ssl, count) {
        case SSL_ERROR_WANT_READ: events = Int16(POLLIN)
        case SSL_ERROR_WANT_WRITE: events = Int16(POLLOUT)
        default: return 0
        }
        return nil
    }

    /// Tells the peer that nothing more is wanted (RFC 8446 section 6.1); whether it has gone does not matter.
    func sayGoodbye() {
        ERR_clear_error()
        SSL_shutdown(ssl)
    }

    private var peer: PeerCertificate? { SSL_get0_peer_certificate(ssl).map(PeerCertificate.init) }

    private func admit() -> Step {
        events = Int16(POLLIN)
        let peer = peer
        guard let allow, !(peer?.names ?? []).contains(where: allow.contain) else {
            return .done(Origin.TLSPeer(subject: peer?.subject))
        }
        return .refused(Refusal(reason: "the certificate's name is not among tls.allow", subject: peer?.subject))
    }

    private var refusalReason: String {
        let result = Int32(truncatingIfNeeded: SSL_get_verify_result(ssl))
        switch result {
        case X509_V_OK: break
        case X509_V_ERR_CERT_HAS_EXPIRED: return "the certificate has expired"
        case X509_V_ERR_CERT_REVOKED: return "the certificate is revoked"
        case X509_V_ERR_UNABLE_TO_GET_CRL: return "tls.crl_file has no list of the certificate's authority"
        case X509_V_ERR_CRL_HAS_EXPIRED: return "the revocation list in tls.crl_file is out of date"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return "the certificate is of an authority that is not in tls.ca_file"
        default: return String(cString: X509_verify_cert_error_string(Int(result)))
        }
        // OpenSSL has no error where it was the connection that ended.
        guard let reason = OpenSSLText.lastReason else { return "the peer ended the connection in the handshake" }
        let number = Int32(truncatingIfNeeded: ERR_peek_error() & 0x7f_ffff)
        return number == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE ? "the peer has shown no certificate" : reason
    }
}
