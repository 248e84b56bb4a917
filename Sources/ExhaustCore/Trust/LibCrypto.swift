import COpenSSL

/// What Exhaust asks of libcrypto. This is the only file that holds its pointers: keys travel as raw bytes
/// (RFC 8032 section 5.1.5: a 32-byte seed and a 32-byte public key), so that nothing outlives a call.
enum LibCrypto {
    /// The SHA-256 digest, 32 bytes.
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }

    /// The SHA-1 digest, 20 bytes.
    static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        SHA1(bytes, bytes.count, &digest)
        return digest
    }

    /// `count` bytes from the generator that libcrypto keeps for secrets.
    static func secretBytes(count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_priv_bytes(&bytes, Int32(count)) == 1 else { throw failure("cannot draw random bytes") }
        return bytes
    }

    /// The 64-byte Ed25519 signature of `message`.
    static func sign(_ message: [UInt8], seed: [UInt8]) throws -> [UInt8] {
        try withPrivateKey(seed) { key in
            guard let context = EVP_MD_CTX_new() else { throw failure("cannot sign") }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: 64)
            var length = signature.count
            guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == 64
            else { throw failure("cannot sign") }
            return signature
        }
    }

    /// Whether `signature` is the owner's of `publicKey` over `message`; false for anything of another form.
    static func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count) else {
            ERR_clear_error()
            return false
        }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        let valid =
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A failed check leaves its reason in the thread's error queue, where a later call would trip over it.
        ERR_clear_error()
        return valid
    }

    /// The public key that belongs to `seed`.
    static func publicKey(ofSeed seed: [UInt8]) throws -> [UInt8] {
        try withPrivateKey(seed) { try rawPublicKey($0) }
    }

    /// The seed in a PEM file of the form PKCS#8 (RFC 5958).
    static func seed(fromPEM pem: [UInt8]) throws -> [UInt8] {
        try withReader(pem) { reader in
            // An empty passphrase, so that an encrypted key fails here instead of asking on the terminal.
            var passphrase: [CChar] = [0]
            guard let key = PEM_read_bio_PrivateKey(reader, nil, nil, &passphrase) else {
                throw failure("not a private key in PEM")
            }
            defer { EVP_PKEY_free(key) }
            try requireEd25519(key)
            var seed = [UInt8](repeating: 0, count: 32)
            var length = seed.count
            guard EVP_PKEY_get_raw_private_key(key, &seed, &length) == 1, length == 32 else {
                throw failure("cannot read the private key")
            }
            return seed
        }
    }

    /// The public key in a PEM file of the form SubjectPublicKeyInfo (RFC 8410).
    static func publicKey(fromPEM pem: [UInt8]) throws -> [UInt8] {
        try withReader(pem) { reader in
            guard let key = PEM_read_bio_PUBKEY(reader, nil, nil, nil) else {
                throw failure("not a public key in PEM")
            }
            defer { EVP_PKEY_free(key) }
            try requireEd25519(key)
            return try rawPublicKey(key)
        }
    }

    /// The PKCS#8 PEM text of a seed.
    static func pem(ofSeed seed: [UInt8]) throws -> [UInt8] {
        try withPrivateKey(seed) { key in
            try written { PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
        }
    }

    /// The SubjectPublicKeyInfo PEM text of a public key.
    static func pem(ofPublicKey publicKey: [UInt8]) throws -> [UInt8] {
        guard let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count) else {
            throw failure("not an Ed25519 public key")
        }
        defer { EVP_PKEY_free(key) }
        return try written { PEM_write_bio_PUBKEY($0, key) }
    }
}

extension LibCrypto {
    private static func withPrivateKey<T>(_ seed: [UInt8], _ body: (OpaquePointer) throws -> T) throws -> T {
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            throw failure("not an Ed25519 private key")
        }
        defer { EVP_PKEY_free(key) }
        return try body(key)
    }

    private static func withReader<T>(_ bytes: [UInt8], _ body: (OpaquePointer) throws -> T) throws -> T {
        try bytes.withUnsafeBytes { buffer in
            guard let reader = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else {
                throw failure("cannot read PEM")
            }
            defer { BIO_free(reader) }
            return try body(reader)
        }
    }

    private static func written(_ write: (OpaquePointer) -> Int32) throws -> [UInt8] {
        guard let memory = BIO_new(BIO_s_mem()) else { throw failure("cannot write PEM") }
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { throw failure("cannot write PEM") }
        // Ed25519 keys in PEM are below 200 bytes.
        var text = [UInt8](repeating: 0, count: 1024)
        let count = BIO_read(memory, &text, Int32(text.count))
        guard count > 0 else { throw failure("cannot write PEM") }
        return Array(text.prefix(Int(count)))
    }

    private static func rawPublicKey(_ key: OpaquePointer) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1, length == 32 else {
            throw failure("cannot read the public key")
        }
        return bytes
    }

    private static func requireEd25519(_ key: OpaquePointer) throws {
        guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else {
            throw ExhaustError(
                .invalidData, "the key is not an Ed25519 key", advice: "make one: openssl genpkey -algorithm ed25519")
        }
    }

    /// An error with libcrypto's own words for it, whose queue is emptied.
    private static func failure(_ message: String) -> ExhaustError {
        var text = [CChar](repeating: 0, count: 256)
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return ExhaustError(.invalidData, message) }
        ERR_error_string_n(code, &text, text.count)
        let detail = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return ExhaustError(.invalidData, "\(message): \(detail)")
    }
}
