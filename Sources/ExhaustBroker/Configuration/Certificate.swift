import COpenSSL
package import ExhaustCore
import Glibc

/// What a certificate says of itself (RFC 5280).
package struct Certificate: Sendable, Hashable {
    /// For a role its login, for a broker one of its names.
    package let commonName: String
    /// The first moment at which it, or one that follows it in the file, is not valid any more.
    package let expires: Timestamp

    /// Reads the file `path` of PEM certificates.
    package init(file path: String) throws {
        let bytes = try FileContent.read(path)
        do { try self.init(pem: bytes) } catch {
            throw ExhaustError(error.code, error.message, at: path)
        }
    }

    /// Reads PEM certificates, of which the first counts and the others vouch for it.
    package init(pem: [UInt8]) throws(ExhaustError) {
        var found: [(name: String, expires: Timestamp)] = []
        pem.withUnsafeBytes { bytes in
            let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { BIO_free(source) }
            while let certificate = PEM_read_bio_X509(source, nil, nil, nil) {
                defer { X509_free(certificate) }
                if let expires = Self.expiry(of: certificate) { found.append((Self.name(of: certificate), expires)) }
            }
        }
        // The end of the file counts as an error, too.
        ERR_clear_error()
        guard let first = found.first, let expires = found.map(\.expires).min() else {
            throw ExhaustError(.invalidData, "no certificate in PEM form")
        }
        commonName = first.name
        self.expires = expires
    }

    /// Throws if the certificate in `file` cannot be used at `now`: it or its key cannot be read, they do not belong
    /// together, or its time is over.
    package static func check(file: String, keyFile: String, at now: Timestamp = .now()) throws {
        let expires = try Certificate(file: file).expires
        guard expires > now else { throw ExhaustError(.invalidData, "the certificate expired at \(expires)", at: file) }
        let context = SSL_CTX_new(TLS_method())
        defer {
            SSL_CTX_free(context)
            ERR_clear_error()
        }
        guard SSL_CTX_use_certificate_chain_file(context, file) == 1,
            SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(context) == 1
        else { throw ExhaustError(.invalidData, "cannot read the key, or it does not match \(file)", at: keyFile) }
    }

    private static func name(of certificate: OpaquePointer) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate), NID_commonName, &buffer, Int32(buffer.count))
        return String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func expiry(of certificate: OpaquePointer) -> Timestamp? {
        var time = tm()
        guard ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1 else { return nil }
        return Timestamp(seconds: Int64(timegm(&time)))
    }
}
