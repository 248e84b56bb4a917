import Testing

@testable import AcctEmitter

@Suite("reading a growing file")
struct TailTests {
    @Test("what is added is read, a torn record is waited for, a cut file is read anew")
    func follows() async throws {
        let bytes = try Fixture.bytes("linux-6.18.pacct")
        try await Fixture.inDirectory { folder in
            try folder.write(Array(bytes.prefix(100)), to: "pacct")
            let file = try #require(try PacctFile.open(folder.path + "/pacct"))
            var tail = PacctTail(file)
            #expect(try tail.read()?.count == 1)
            #expect(tail.isAtEnd)
            #expect(tail.offset == 64)
            #expect(try tail.read() == nil)
            try folder.write(Array(bytes.prefix(256)), to: "pacct")
            #expect(try tail.read()?.count == 3)
            #expect(try !tail.restartIfCut())
            try folder.write(Array(bytes.prefix(64)), to: "pacct")
            #expect(try tail.restartIfCut())
            #expect(try tail.read()?.count == 1)
            #expect(tail.offset == 64)
        }
    }
}
