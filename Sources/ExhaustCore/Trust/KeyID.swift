/// The name of a key: `sha256:` and the first 16 hexadecimal digits of the SHA-256 of its 32 raw public bytes.
///
/// It only says which trusted key to try. A signature counts because that key verifies it, so two keys with one name
/// (2^32 keys made for the purpose) gain nothing.
public struct KeyID: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(publicKey: [UInt8]) {
        description = "sha256:" + Digest.sha256(publicKey).prefix(16)
    }

    /// The name as an envelope carries it, unchecked.
    init(claimed text: String) { description = text }
}
