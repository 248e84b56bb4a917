/// A signed message in the form of DSSE v1 (github.com/secure-systems-lab/dsse, envelope.md and protocol.md).
///
/// The signature covers the exact bytes of the payload and its type, never a re-encoding of what they mean, so there
/// is nothing to canonicalise and nothing is parsed before it is known who wrote it.
public struct DSSEEnvelope: Sendable, Hashable {
    /// One signature: who claims to have made it, and its bytes.
    public struct Signature: Sendable, Hashable {
        /// The key's name; only a hint until that key verifies the bytes.
        public let keyID: KeyID
        /// The 64 bytes of an Ed25519 signature.
        public let bytes: [UInt8]
    }

    /// The media type of the payload.
    public let payloadType: String
    /// The payload as signed. Do not read it: `verify` hands out what may be read.
    public let payload: [UInt8]
    /// One to eight signatures of different keys.
    public let signatures: [Signature]

    /// At most this many payload bytes are read.
    public static let payloadLimit = 65_536
    /// At most this many signatures are read.
    public static let signatureLimit = 8

    /// Signs `payload` with each of `keys`.
    public init(signing payload: [UInt8], type: String, by keys: [SigningKey]) throws {
        guard (1...Self.signatureLimit).contains(keys.count), Set(keys.map(\.id)).count == keys.count else {
            throw ExhaustError(.software, "an envelope needs 1 to \(Self.signatureLimit) different keys")
        }
        guard payload.count <= Self.payloadLimit else {
            throw ExhaustError(.invalidData, "the payload has more than \(Self.payloadLimit) bytes")
        }
        let message = Self.preAuthenticationEncoding(type: type, payload: payload)
        payloadType = type
        self.payload = payload
        signatures = try keys.map { Signature(keyID: $0.id, bytes: try $0.sign(message)) }
    }

    /// PAE of protocol.md: `DSSEv1 <length> <type> <length> <payload>`, lengths in decimal bytes.
    static func preAuthenticationEncoding(type: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}

extension DSSEEnvelope {
    /// The envelope as the data of an event: `payloadType`, `payload` and `signatures` with `keyid` and `sig`.
    public var data: ValueMap {
        [
            "payloadType": .string(payloadType), "payload": .string(Base64.encode(payload)),
            "signatures": .list(
                signatures.map {
                    .map(["keyid": .string($0.keyID.description), "sig": .string(Base64.encode($0.bytes))])
                }),
        ]
    }

    /// Whether `data` is too large for an envelope, told without decoding any of it.
    public static func isOversize(_ data: ValueMap) -> Bool {
        (data["payload"]?.string?.utf8.count ?? 0) > (payloadLimit + 2) / 3 * 4
            || (data["signatures"]?.list?.count ?? 0) > signatureLimit
    }

    /// The envelope in `data`; throws if anything is missing, additional, too large or not strict base64.
    public init(data: ValueMap) throws {
        guard !Self.isOversize(data) else { throw Self.malformed("is too large") }
        guard data.count == 3, let type = data["payloadType"]?.string, let payload = data["payload"]?.string,
            let list = data["signatures"]?.list
        else { throw Self.malformed("has other members than payloadType, payload and signatures") }
        guard let bytes = Base64.decode(payload), bytes.count <= Self.payloadLimit else {
            throw Self.malformed("has a payload that is not base64")
        }
        let signatures = try list.map { try Self.signature($0) }
        guard !signatures.isEmpty, Set(signatures.map(\.keyID)).count == signatures.count else {
            throw Self.malformed("has no signature, or two of one key")
        }
        payloadType = type
        self.payload = bytes
        self.signatures = signatures
    }

    private static func signature(_ value: Value) throws -> Signature {
        guard let map = value.map, map.count == 2, let key = map["keyid"]?.string, let text = map["sig"]?.string,
            text.utf8.count == 88, let bytes = Base64.decode(text), bytes.count == 64
        else { throw malformed("has a signature of another form than keyid and 64 bytes sig") }
        return Signature(keyID: KeyID(claimed: key), bytes: bytes)
    }

    private static func malformed(_ what: String) -> ExhaustError {
        ExhaustError(.invalidData, "the signed envelope \(what)")
    }
}
