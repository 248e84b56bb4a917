import ExhaustCore
import Testing

@Suite("DSSE envelopes") struct DSSETests {
    let key: SigningKey
    let envelope: DSSEEnvelope
    let payload = Array(#"{"task":"01JBX","parameters":{"name":"nginx"}}"#.utf8)

    init() throws {
        key = try SigningKey(seed: Array(0..<32))
        envelope = try DSSEEnvelope(signing: payload, type: "application/vnd.exhaust.test+json", by: [key])
    }

    /// Reads an envelope from JSON bytes as an agent does, and verifies it.
    private func accept(_ json: [UInt8]) throws -> VerifiedPayload {
        guard case .map(let data) = try JSONReader.parse(json) else { throw ExhaustError(.invalidData, "not a map") }
        return try DSSEEnvelope(data: data).verified(by: [key.verifyingKey])
    }

    @Test("The signature covers the pre-authentication encoding of protocol.md")
    func encoding() throws {
        // The example of protocol.md: PAE("http://example.com/HelloWorld", "hello world").
        let text = "DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        let example = try DSSEEnvelope(
            signing: Array("hello world".utf8), type: "http://example.com/HelloWorld", by: [key])
        #expect(example.signatures[0].bytes == (try key.sign(Array(text.utf8))))
    }

    @Test("An envelope goes through JSON, and its payload comes back byte for byte with its signer")
    func roundTrip() throws {
        let verified = try accept(JSONWriter.bytes(of: .map(envelope.data)))
        #expect(verified.bytes == payload)
        #expect(verified.type == "application/vnd.exhaust.test+json")
        #expect(verified.signers == [key.id])
    }

    @Test("Not one flipped bit, nor any other value of any byte, is accepted")
    func everyByte() throws {
        let json = JSONWriter.bytes(of: .map(envelope.data))
        var accepted = 0
        for index in json.indices {
            for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255, 0x5a] as [UInt8] {
                var changed = json
                changed[index] ^= mask
                if (try? accept(changed)) != nil { accepted += 1 }
            }
        }
        #expect(accepted == 0)
    }

    @Test("Random edits are accepted only where the decoded envelope is the same one")
    func randomEdits() throws {
        let json = JSONWriter.bytes(of: .map(envelope.data))
        var generator = SeededGenerator(seed: 8032)
        for _ in 0..<5_000 {
            var changed = json
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: changed.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: changed.remove(at: index)
                case 1: changed.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                default: changed.swapAt(index, Int.random(in: changed.indices, using: &generator))
                }
            }
            guard let verified = try? accept(changed) else { continue }
            // White space between tokens, or swapped equal bytes, change nothing that is signed.
            #expect(verified.bytes == payload)
        }
    }

    @Test("Base64 has one spelling: no stray bits, no missing padding, no line breaks")
    func base64() throws {
        let payload = try #require(envelope.data["payload"]?.string)
        #expect(payload.hasSuffix("="))
        for text in [
            String(payload.dropLast()), payload + "\n", " " + payload, payload + "====", payload.lowercased(),
            payload.dropLast(2) + (payload.hasSuffix("==") ? "B==" : "B="),
        ] {
            var data = envelope.data
            data["payload"] = .string(String(text))
            #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data).verified(by: [key.verifyingKey]) }
        }
    }

    @Test("Members that are missing, additional or of another type are refused")
    func members() throws {
        for name in ["payloadType", "payload", "signatures"] {
            var data = envelope.data
            data[name] = nil
            #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data) }
            data[name] = 7
            #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data) }
        }
        var data = envelope.data
        data["note"] = "x"
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data) }
        data = envelope.data
        data["signatures"] = .list((data["signatures"]?.list ?? []) + (data["signatures"]?.list ?? []))
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data) }
        data["signatures"] = []
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data) }
    }

    @Test("What is too large is known before anything is decoded, and refused")
    func size() throws {
        let large = [UInt8](repeating: 65, count: DSSEEnvelope.payloadLimit + 1)
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(signing: large, type: "x", by: [key]) }
        var data = envelope.data
        data["payload"] = .string(Base64.encode(large + large))
        #expect(DSSEEnvelope.isOversize(data))
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data) }
        data = envelope.data
        data["signatures"] = .list(Array(repeating: data["signatures"]?.list?.first ?? .null, count: 9))
        #expect(DSSEEnvelope.isOversize(data))
        #expect(!DSSEEnvelope.isOversize(envelope.data))
    }

    @Test("Another key, another type and another key's name are refused")
    func strangers() throws {
        let stranger = try SigningKey.generate()
        #expect(throws: ExhaustError.self) { try envelope.verified(by: [stranger.verifyingKey]) }
        #expect(throws: ExhaustError.self) { try envelope.verified(by: []) }
        var data = envelope.data
        data["payloadType"] = "application/json"
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data).verified(by: [key.verifyingKey]) }
        let forged = try DSSEEnvelope(signing: payload, type: envelope.payloadType, by: [stranger])
        data = envelope.data
        let signature = Base64.encode(forged.signatures[0].bytes)
        data["signatures"] = [["keyid": .string(key.id.description), "sig": .string(signature)]]
        #expect(throws: ExhaustError.self) { try DSSEEnvelope(data: data).verified(by: [key.verifyingKey]) }
    }

    @Test("While keys change, one trusted signature of two is enough; a wrong one of a trusted key is not passed over")
    func twoKeys() throws {
        let new = try SigningKey.generate()
        let both = try DSSEEnvelope(signing: payload, type: "t", by: [new, key])
        #expect(try both.verified(by: [key.verifyingKey]).signers == [key.id])
        #expect(try both.verified(by: [key.verifyingKey, new.verifyingKey]).signers == [new.id, key.id])
        var data = both.data
        var signatures = try #require(data["signatures"]?.list)
        let noise = Base64.encode([UInt8](repeating: 1, count: 64))
        signatures[0] = ["keyid": .string(new.id.description), "sig": .string(noise)]
        data["signatures"] = .list(signatures)
        let changed = try DSSEEnvelope(data: data)
        #expect(throws: ExhaustError.self) { try changed.verified(by: [key.verifyingKey, new.verifyingKey]) }
        #expect(try changed.verified(by: [key.verifyingKey]).signers == [key.id])
    }
}
