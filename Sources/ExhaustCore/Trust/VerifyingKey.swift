/// The public half of an Ed25519 key (RFC 8032), which checks signatures.
public struct VerifyingKey: Sendable, Hashable {
    /// The 32 bytes of the public key.
    public let rawBytes: [UInt8]
    /// The key's name in envelopes.
    public let id: KeyID

    /// The key with these 32 bytes; throws if there are more or fewer.
    public init(rawBytes: [UInt8]) throws {
        guard rawBytes.count == 32 else {
            throw ExhaustError(.invalidData, "an Ed25519 public key has 32 bytes, not \(rawBytes.count)")
        }
        self.rawBytes = rawBytes
        id = KeyID(publicKey: rawBytes)
    }

    /// The key in PEM text of the form SubjectPublicKeyInfo, as `openssl pkey -pubout` writes it.
    public init(pem: [UInt8]) throws { try self.init(rawBytes: LibCrypto.publicKey(fromPEM: pem)) }

    /// The key in the PEM file `path`. Whoever may write the file decides whom this program trusts, so it must belong
    /// to root or this user, and nobody else may write it.
    public static func load(path: String) throws -> VerifyingKey {
        let file = try ProtectedFile.read(path, as: .trusted, limit: 16_384)
        do { return try VerifyingKey(pem: file) } catch { throw ProtectedFile.error(about: path, error) }
    }

    /// Whether `signature` (64 bytes) is this key's over `message`.
    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        LibCrypto.verify(signature, of: message, publicKey: rawBytes)
    }

    /// The PEM text, ASCII.
    public func pem() throws -> [UInt8] { try LibCrypto.pem(ofPublicKey: rawBytes) }

    /// Writes the PEM text to a new file that everybody may read; throws if `path` exists.
    public func write(path: String) throws { try ProtectedFile.create(path, mode: 0o644, bytes: pem()) }
}
