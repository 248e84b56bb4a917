import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("Hellos of TLS")
struct TLSHelloTests {
    private func hello(_ message: [UInt8], isWhole: Bool = true) -> TLSHello {
        message.dropFirst(4).withUnsafeBytes {
            TLSHello(FrameBytes($0), isServer: message[0] == 2, isWhole: isWhole)
        }
    }

    private func opening(_ bytes: [UInt8], isFinal: Bool = false) -> TLSOpening {
        bytes.withUnsafeBytes { TLSOpening(FrameBytes($0), isFinal: isFinal) }
    }

    @Test("of a client: name, protocols, versions, without what means nothing")
    func client() {
        let hello = hello(TLSBytes.clientHello(TLSBytes.usual))
        #expect(hello.problem == nil && hello.serverName == "www.example.org")
        #expect(hello.protocols == ["h2", "http/1.1"] && hello.versions == [0x0304, 0x0303])
        #expect(!hello.hasEncryptedHello && hello.cipher == nil)
        let plain = self.hello(TLSBytes.clientHello(nil))
        #expect(plain.problem == nil && plain.serverName == nil && plain.versions == [0x0303])
        let hidden = self.hello(TLSBytes.clientHello(TLSBytes.extension(0xfe0d, [0])))
        #expect(hidden.hasEncryptedHello)
    }

    @Test("of a server: what it took")
    func server() {
        let hello = hello(TLSBytes.serverHello(TLSBytes.version13 + TLSBytes.extension(41, [0, 0])))
        #expect(hello.problem == nil && hello.versions == [0x0304] && hello.cipher == 0x1301)
        #expect(hello.hasSharedKey && !hello.isRetry)
        let old = self.hello(
            TLSBytes.serverHello(TLSBytes.protocols(["h2"]) + TLSBytes.extension(0, []), cipher: 0xc02f))
        #expect(old.problem == nil && old.versions == [0x0303] && old.protocols == ["h2"])
    }

    @Test("that are malformed say so, and keep what was read")
    func malformed() {
        let cases: [([UInt8], String?)] = [
            (TLSBytes.extension(0, [0, 9, 0, 0, 1]), "its extension 0 is malformed"),
            (TLSBytes.serverName(String(repeating: "a", count: 256)), "its extension 0 is malformed"),
            (TLSBytes.serverName(""), "its extension 0 is malformed"),
            (TLSBytes.extension(16, [0, 3, 0, 1, 2]), "its extension 16 is malformed"),
            (TLSBytes.extension(43, [1, 3]), "its extension 43 is malformed"),
            ([0, 16, 0, 9, 0], "it ends too early"), ([0, 16, 0], "it ends too early"),
        ]
        for (extensions, problem) in cases {
            let hello = hello(TLSBytes.clientHello(extensions + []))
            #expect(hello.problem == problem, "\(extensions)")
        }
        let good = TLSBytes.clientHello(TLSBytes.usual)
        #expect(hello(good + [0]).problem == "the length of its extensions is wrong")
        for count in 4..<good.count {
            let cut = Array(good.prefix(count))
            // Before the extensions there is a place at which a hello may end.
            #expect((hello(cut).problem == nil) == (count == 47), "\(count)")
            let incomplete = hello(cut, isWhole: false)
            #expect(incomplete.isIncomplete && incomplete.problem == nil)
        }
        #expect(hello(Array(good.prefix(90)), isWhole: false).serverName == "www.example.org")
    }

    @Test("control characters in names are escaped")
    func controls() {
        #expect(hello(TLSBytes.clientHello(TLSBytes.serverName("a\nb"))).serverName == "a\\nb")
    }

    @Test("are taken out of records, however these divide them")
    func records() {
        let message = TLSBytes.clientHello(TLSBytes.usual)
        for size in [1, 3, 50, 16_384] {
            let stream = TLSBytes.records(message, size: size)
            guard case .message(1, let body, true) = opening(stream + [0x17, 3, 3, 0, 1, 0]) else {
                Issue.record("size \(size)")
                continue
            }
            #expect(body == Array(message.dropFirst(4)))
            for count in 0..<stream.count {
                guard case .more = opening(Array(stream.prefix(count))) else {
                    Issue.record("size \(size), \(count) bytes")
                    break
                }
            }
        }
        guard case .message(1, _, false) = opening(Array(TLSBytes.records(message).prefix(60)), isFinal: true) else {
            Issue.record("a part is not given")
            return
        }
    }

    @Test(
        "other bytes are told from them",
        arguments: [
            [0x17, 3, 3, 0, 1, 0], [0x16, 2, 0, 0, 1], [0x16, 3, 9, 0, 1], [0x16, 3, 1, 0, 0],
            [0x16, 3, 1, 0xff, 0xff],
            [0x16, 3, 1, 0, 4, 11, 0, 0, 0], Array("HTTP/1.1 200 OK\r\n\r\n".utf8), [0x15, 3, 1, 0, 1, 2],
        ] as [[UInt8]])
    func other(bytes: [UInt8]) {
        guard case .other = opening(bytes, isFinal: true) else {
            Issue.record("\(opening(bytes, isFinal: true))")
            return
        }
    }

    @Test("changed bytes never crash the reading, and what comes out is bounded")
    func mutations() {
        var generator = SeededGenerator(seed: 8)
        let good = [TLSBytes.clientHello(TLSBytes.usual), TLSBytes.serverHello(TLSBytes.version13)]
        for step in 0..<20_000 {
            var bytes = TLSBytes.records(good[step % 2], size: step % 3 == 0 ? 40 : 16_384)
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard case .message(let type, let body, let isWhole) = opening(bytes, isFinal: step % 5 == 0) else {
                continue
            }
            let hello = body.withUnsafeBytes { TLSHello(FrameBytes($0), isServer: type == 2, isWhole: isWhole) }
            #expect(hello.protocols.count <= 16 && hello.versions.count <= 16)
        }
    }
}
