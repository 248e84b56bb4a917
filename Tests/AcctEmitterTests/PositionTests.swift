import ExhaustRuntime
import Testing

@testable import AcctEmitter

@Suite("the saved position")
struct PositionTests {
    @Test("what was saved is loaded, and belongs to its file alone")
    func roundTrip() async throws {
        try await Fixture.inDirectory { folder in
            try folder.write(try Fixture.bytes("linux-6.18.pacct"), to: "pacct")
            try folder.write([1, 2, 3], to: "other")
            let file = try #require(try PacctFile.open(folder.path + "/pacct"))
            let other = try #require(try PacctFile.open(folder.path + "/other"))
            #expect(try Position.load(folder.path + "/position") == nil)
            let position = Position(
                identity: file.identity, offset: 128, head: try file.head(),
                numbering: Numbering(source: "//web-01/emitter-acct/1", last: 17))
            try position.save(folder.path + "/position")
            let loaded = try #require(try Position.load(folder.path + "/position"))
            #expect(loaded == position)
            #expect(try loaded.isIn(file))
            #expect(try !loaded.isIn(other))
        }
    }

    @Test("a file that took over the inode of another begins anew")
    func noticesOtherContent() async throws {
        try await Fixture.inDirectory { folder in
            try folder.write(try Fixture.bytes("linux-6.18.pacct"), to: "pacct")
            let file = try #require(try PacctFile.open(folder.path + "/pacct"))
            let position = Position(
                identity: file.identity, offset: 128, head: try file.head(), numbering: Numbering(source: "", last: 0))
            try folder.write(Array(try Fixture.bytes("linux-6.18.pacct").dropFirst(64)), to: "pacct")
            #expect(try !position.isIn(file))
        }
    }

    @Test("a position that is none is an error, which says so", arguments: ["", "{", "[]", "{\"device\": 1}"])
    func refusesGarbage(text: String) async throws {
        try await Fixture.inDirectory { folder in
            try folder.write(Array(text.utf8), to: "position")
            #expect(throws: (any Error).self) { try Position.load(folder.path + "/position") }
        }
    }

    @Test("missing folders are made, and the file is its owner's alone")
    func createsFile() async throws {
        try await Fixture.inDirectory { folder in
            let file = try PacctFile.openOrCreate(folder.path + "/a/b/pacct")
            #expect(try file.state() == (0, true))
            #expect(try PacctFile.open(folder.path + "/a/b/pacct")?.identity == file.identity)
            #expect(try PacctFile.open(folder.path + "/a/none") == nil)
        }
    }
}
