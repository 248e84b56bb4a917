/// The private half of an Ed25519 key (RFC 8032), which signs tasks. It is never printed.
public struct SigningKey: Sendable {
    private let seed: [UInt8]
    /// The public half.
    public let verifyingKey: VerifyingKey

    /// The key with this 32-byte seed (RFC 8032 section 5.1.5).
    public init(seed: [UInt8]) throws {
        guard seed.count == 32 else {
            throw ExhaustError(.invalidData, "an Ed25519 private key has 32 bytes, not \(seed.count)")
        }
        self.seed = seed
        verifyingKey = try VerifyingKey(rawBytes: LibCrypto.publicKey(ofSeed: seed))
    }

    /// The key in PEM text of the form PKCS#8, as `openssl genpkey -algorithm ed25519` writes it. Encrypted PEM is
    /// refused: a service has nobody to ask.
    public init(pem: [UInt8]) throws { try self.init(seed: LibCrypto.seed(fromPEM: pem)) }

    /// A new key.
    public static func generate() throws -> SigningKey {
        try SigningKey(seed: LibCrypto.secretBytes(count: 32))
    }

    /// The key in the PEM file `path`, which must belong to root or this user and be closed to group and others.
    public static func load(path: String) throws -> SigningKey {
        let file = try ProtectedFile.read(path, as: .secret, limit: 16_384)
        do { return try SigningKey(pem: file) } catch { throw ProtectedFile.error(about: path, error) }
    }

    /// The key's name in envelopes.
    public var id: KeyID { verifyingKey.id }

    /// The 64-byte signature of `message`.
    public func sign(_ message: [UInt8]) throws -> [UInt8] { try LibCrypto.sign(message, seed: seed) }

    /// The PEM text, ASCII: a secret.
    public func pem() throws -> [UInt8] { try LibCrypto.pem(ofSeed: seed) }

    /// Writes the PEM text to a new file of mode 0600; throws if `path` exists.
    public func write(path: String) throws { try ProtectedFile.create(path, mode: 0o600, bytes: pem()) }
}
