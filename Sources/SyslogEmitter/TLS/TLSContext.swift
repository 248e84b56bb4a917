import COpenSSL
package import ExhaustCore

/// What connections by TLS need: certificates as they are in the files when this is made, and who may connect.
package final class TLSContext: Sendable {
    // Safe: it is not changed after `init`, and OpenSSL counts and locks what connections share of it.
    nonisolated(unsafe) let pointer: OpaquePointer
    /// Names that clients may have; `nil` for all.
    let allow: PeerNames?

    /// Reads the files of `configuration`; an error names the key of the one that cannot be used.
    package init(_ configuration: TLSConfiguration) throws(ValueCodingError) {
        guard let pointer = exhaust_tls_server() else { throw Self.failure("addresses", "OpenSSL is not usable") }
        self.pointer = pointer
        allow = configuration.allow
        // A key with a passphrase would be asked for on the terminal.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in 0 }
        let (certificate, key) = (configuration.certificateFile, configuration.keyFile)
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw Self.failure("certificate_file", "no certificate in PEM form in \(certificate)")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
            throw Self.failure("key_file", "no key for \(certificate) in PEM form in \(key)")
        }
        guard let file = configuration.authorityFile else { return }
        guard SSL_CTX_load_verify_file(pointer, file) == 1, let names = SSL_load_client_CA_file(file) else {
            throw Self.failure("ca_file", "no certificate in PEM form in \(file)")
        }
        SSL_CTX_set_client_CA_list(pointer, names)
        let need = configuration.client == .require ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | need) { isGood, store in
            if isGood == 0 { TLSSession.noteRefused(store) }
            return isGood
        }
        if let file = configuration.revocationFile { try useRevocations(file) }
    }

    deinit { SSL_CTX_free(pointer) }

    private func useRevocations(_ file: String) throws(ValueCodingError) {
        let store = SSL_CTX_get_cert_store(pointer)
        guard let lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file()),
            X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) > 0
        else { throw Self.failure("crl_file", "no revocation list in PEM form in \(file)") }
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK))
    }

    /// An error about a key, with the reason that OpenSSL or the system gave last.
    private static func failure(_ key: String, _ message: String) -> ValueCodingError {
        let reason = OpenSSLText.lastReason.map { ": \($0)" } ?? ""
        ERR_clear_error()
        return ValueCodingError(path: ["tls", key], message: message + reason)
    }
}

/// What OpenSSL says.
enum OpenSSLText {
    /// The reason of the error that led to the others, if there is one.
    static var lastReason: String? {
        let code = ERR_peek_error()
        guard code != 0 else { return nil }
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
