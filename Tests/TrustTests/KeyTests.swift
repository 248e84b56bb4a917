import ExhaustCore
import Glibc
import Testing

@Suite("Keys") struct KeyTests {
    /// RFC 8032 section 7.1, tests 1, 2, 3 and SHA(abc): secret key, public key, message, signature.
    static let vectors: [[String]] = [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a",
        ],
        [
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                + "454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                + "3dca179c138ac17ad9bef1177331a704",
        ],
    ]

    @Test("The vectors of RFC 8032 section 7.1 sign and verify", arguments: vectors)
    func vector(_ vector: [String]) throws {
        let key = try SigningKey(seed: bytes(hex: vector[0]))
        #expect(key.verifyingKey.rawBytes == bytes(hex: vector[1]))
        let signature = try key.sign(bytes(hex: vector[2]))
        #expect(signature == bytes(hex: vector[3]))
        #expect(key.verifyingKey.verifies(signature, of: bytes(hex: vector[2])))
        #expect(!key.verifyingKey.verifies(signature, of: bytes(hex: vector[2] + "00")))
    }

    @Test("A signature whose S is not below the group's order is refused (RFC 8032 section 5.1.7)")
    func malleability() throws {
        let vector = Self.vectors[1]
        let key = try VerifyingKey(rawBytes: bytes(hex: vector[1]))
        // The order L, little-endian; S + L signs the same message in the naive equation.
        let order = bytes(hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        var signature = bytes(hex: vector[3])
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(sum & 255)
            carry = sum >> 8
        }
        #expect(!key.verifies(signature, of: bytes(hex: vector[2])))
    }

    @Test("Keys survive PEM, and openssl's own PEM is read")
    func pem() throws {
        let key = try SigningKey.generate()
        #expect(try SigningKey(pem: key.pem()).id == key.id)
        #expect(try VerifyingKey(pem: key.verifyingKey.pem()) == key.verifyingKey)
        // RFC 8410 section 10.1 and 10.3.
        let example = try VerifyingKey(
            pem: Array(
                """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                -----END PUBLIC KEY-----

                """.utf8))
        let secret = try SigningKey(
            pem: Array(
                """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
                -----END PRIVATE KEY-----

                """.utf8))
        #expect(secret.verifyingKey == example)
    }

    @Test("What is no Ed25519 key in PEM is refused")
    func foreignPEM() throws {
        let signing = try SigningKey.generate()
        let noise = [UInt8](repeating: 0xff, count: 5000)
        let texts: [[UInt8]] = [[], Array("hello".utf8), noise, try signing.verifyingKey.pem()]
        for text in texts { #expect(throws: ExhaustError.self) { try SigningKey(pem: text) } }
        #expect(throws: ExhaustError.self) { try VerifyingKey(pem: signing.pem()) }
        // An X25519 key, made with `openssl genpkey -algorithm x25519 | openssl pkey -pubout`.
        let exchange = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VuAyEAHWO5CDDmkFQJUpdSMI7aQpx9GTuxeMPeYvvv+0ZBHWc=
            -----END PUBLIC KEY-----

            """
        let error = #expect(throws: ExhaustError.self) { try VerifyingKey(pem: Array(exchange.utf8)) }
        #expect(error?.description.contains("not an Ed25519 key") == true)
    }

    @Test("A key id is sha256: and 16 digits of the raw public key's digest")
    func keyID() throws {
        // printf of the 32 bytes of RFC 8032's first public key through sha256sum begins 21fe31dfa154a261.
        let key = try VerifyingKey(rawBytes: bytes(hex: Self.vectors[0][1]))
        #expect(key.id.description == "sha256:21fe31dfa154a261")
    }

    @Test("Key files are refused when others could read or write them, and never overwritten")
    func files() throws {
        let folder = try TemporaryFolder()
        let key = try SigningKey.generate()
        let secret = folder.path("signing.pem")
        let open = folder.path("verifying.pem")
        try key.write(path: secret)
        try key.verifyingKey.write(path: open)
        #expect(try SigningKey.load(path: secret).id == key.id)
        #expect(try VerifyingKey.load(path: open) == key.verifyingKey)
        #expect(throws: ExhaustError.self) { try key.write(path: secret) }
        for mode: mode_t in [0o640, 0o604, 0o660, 0o666] {
            chmod(secret, mode)
            let error = #expect(throws: ExhaustError.self) { try SigningKey.load(path: secret) }
            #expect(error?.code == .notPermitted)
            #expect(error?.advice == "chmod 600 \(secret)")
        }
        for mode: mode_t in [0o664, 0o646] {
            chmod(open, mode)
            #expect(throws: ExhaustError.self) { try VerifyingKey.load(path: open) }
        }
        #expect(throws: ExhaustError.self) { try VerifyingKey.load(path: folder.path("none.pem")) }
        #expect(throws: ExhaustError.self) { try VerifyingKey.load(path: "/dev/null") }
    }
}

/// The bytes that hexadecimal `text` spells.
func bytes(hex text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
