/// A payload whose signature was checked. Only `DSSEEnvelope.verified(by:)` makes one, so that what needs a signature
/// can ask for it by type.
public struct VerifiedPayload: Sendable, Hashable {
    /// The media type, covered by the signature.
    public let type: String
    /// The exact bytes that were signed.
    public let bytes: [UInt8]
    /// The trusted keys that signed, in the envelope's order; at least one.
    public let signers: [KeyID]

    fileprivate init(type: String, bytes: [UInt8], signers: [KeyID]) {
        self.type = type
        self.bytes = bytes
        self.signers = signers
    }
}

extension DSSEEnvelope {
    /// Checks the signatures against the trusted `keys` and gives the payload with its signers.
    ///
    /// Signatures of other keys are passed over, so that a sender may sign with an old and a new key while keys
    /// change. Throws if no trusted key signed, and if a signature that names a trusted key is not that key's.
    public func verified(by keys: [VerifyingKey]) throws -> VerifiedPayload {
        let message = Self.preAuthenticationEncoding(type: payloadType, payload: payload)
        var signers: [KeyID] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.id == signature.keyID }) else { continue }
            guard key.verifies(signature.bytes, of: message) else {
                throw ExhaustError(.notPermitted, "the signature of key \(key.id) does not fit the payload")
            }
            signers.append(key.id)
        }
        guard !signers.isEmpty else {
            let names = signatures.map { "\($0.keyID)" }.joined(separator: ", ")
            throw ExhaustError(.notPermitted, "no trusted key signed the payload; it names \(names)")
        }
        return VerifiedPayload(type: payloadType, bytes: payload, signers: signers)
    }
}
