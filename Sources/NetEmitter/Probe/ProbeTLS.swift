import COpenSSL
import ExhaustCore
import Glibc

/// TLS of a probe, and what the server's certificate says. The handshake goes on with a certificate that is not valid,
/// so that its expiry is measured too; then it is a failure.
final class ProbeTLS: ProbeChannel {
    private let connection: ProbeConnection
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    var clock: ProbeClock { connection.clock }

    /// TLS with `host` over a connection; `authorityFile` as in `ProbeTarget`.
    init(_ connection: ProbeConnection, host: String, authorityFile: String?) throws(ProbeFailure) {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw Self.failure(.local, "no TLS") }
        self.context = context
        guard let ssl = SSL_new(context) else {
            SSL_CTX_free(context)
            throw Self.failure(.local, "no TLS")
        }
        self.ssl = ssl
        self.connection = connection
        let isLoaded =
            authorityFile.map { SSL_CTX_load_verify_file(context, $0) } ?? SSL_CTX_set_default_verify_paths(context)
        guard isLoaded == 1 else { throw Self.failure(.local, "cannot read \(authorityFile ?? "the authorities")") }
        SSL_set_fd(ssl, connection.socket.descriptor)
        SSL_set_connect_state(ssl)
        // An address is no server name (RFC 6066 section 3), and stands elsewhere in a certificate.
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) != 1 {
            ERR_clear_error()
            guard SSL_set1_host(ssl, host) == 1, exhaust_want_server(ssl, host) == 1 else {
                throw Self.failure(.local, "cannot ask for \(host)")
            }
        }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// Makes the connection safe, and says what the certificate is worth.
    func shakeHands(_ result: inout ProbeResult) throws {
        let begin = ContinuousClock.now
        _ = try step { SSL_do_handshake(ssl) }
        result["handshake_seconds"] = .double((.now - begin).inSeconds)
        result.fields["tls.protocol.version"] = .string(String(cString: SSL_get_version(ssl)))
        result.fields["tls.cipher"] = .string(String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))))
        guard let certificate = SSL_get0_peer_certificate(ssl) else {
            throw ProbeFailure(.certificate, "the server has shown no certificate")
        }
        result.fields["tls.server.subject"] = .string(Self.text(X509_get_subject_name(certificate)))
        result.fields["tls.server.issuer"] = .string(Self.text(X509_get_issuer_name(certificate)))
        if let expires = Self.time(X509_get0_notAfter(certificate)) {
            result.fields["tls.server.not_after"] = .string(expires.description)
            let days = (expires - .now()).inSeconds / 86_400
            result["certificate_days"] = .double((days * 100).rounded(.down) / 100)
        }
        let verdict = SSL_get_verify_result(ssl)
        guard verdict == Int(X509_V_OK) else {
            throw ProbeFailure(.certificate, String(cString: X509_verify_cert_error_string(verdict)))
        }
    }

    func send(_ bytes: [UInt8]) throws {
        guard try step({ SSL_write(ssl, bytes, Int32(clamping: bytes.count)) }) > 0 else {
            throw ProbeFailure(.reset, "the server ended the connection")
        }
    }

    func receive() throws -> ArraySlice<UInt8> {
        var chunk = [UInt8](repeating: 0, count: 4096)
        return chunk[..<Int(try step { SSL_read(ssl, &chunk, Int32(chunk.count)) })]
    }

    /// Repeats what needs the peer until it is done; 0 if the peer has ended the connection.
    private func step(_ call: () -> Int32) throws -> Int32 {
        while true {
            ERR_clear_error()
            let status = call()
            let number = errno
            if status > 0 { return status }
            switch SSL_get_error(ssl, status) {
            case SSL_ERROR_WANT_READ: try clock.wait(connection.socket.descriptor, POLLIN)
            case SSL_ERROR_WANT_WRITE: try clock.wait(connection.socket.descriptor, POLLOUT)
            case SSL_ERROR_ZERO_RETURN: return 0
            case SSL_ERROR_SYSCALL where number != 0: throw ProbeFailure(errno: number)
            default: throw Self.failure(.malformed, "no TLS handshake")
            }
        }
    }

    private static func failure(_ reason: ProbeFailure.Reason, _ message: String) -> ProbeFailure {
        let text = ERR_reason_error_string(ERR_peek_error()).map { ": \(String(cString: $0))" } ?? ""
        ERR_clear_error()
        return ProbeFailure(reason, message + text)
    }

    private static func text(_ name: OpaquePointer?) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
            let length = Int(max(0, exhaust_name_text(name, buffer.baseAddress, Int32(buffer.count))))
            return String(decoding: UnsafeRawBufferPointer(buffer)[..<length], as: UTF8.self)
        }
    }

    private static func time(_ moment: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        var parts = tm()
        guard ASN1_TIME_to_tm(moment, &parts) == 1 else { return nil }
        return Timestamp(seconds: Int64(timegm(&parts)))
    }
}
