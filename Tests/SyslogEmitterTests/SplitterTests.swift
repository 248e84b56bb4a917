import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Messages in files")
struct SplitterTests {
    private func split(_ text: String, _ grouping: LineGrouping = .single, pieces: Int = .max) -> [String] {
        items(Array(text.utf8), grouping, pieces: pieces).map { String(decoding: $0.frame.bytes, as: UTF8.self) }
    }

    /// The messages of `bytes`, fed in pieces, with what is held at the end.
    private func items(
        _ bytes: [UInt8], _ grouping: LineGrouping = .single, pieces: Int = .max, limit: Int = 480
    ) -> [RecordSplitter.Item] {
        var splitter = RecordSplitter(grouping, limit: limit)
        var items: [RecordSplitter.Item] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            items += rest.prefix(pieces).withUnsafeBytes { splitter.append($0) }
            rest = rest.dropFirst(pieces)
        }
        return items + splitter.flush()
    }

    @Test("a line is a message, without its line end; empty lines and the hole of a file cut short are none")
    func lines() {
        #expect(split("one\ntwo\r\n\n\r\n\0\0three") == ["one", "two", "three"])
        #expect(items(Array("one\n\ntwo\n".utf8)).map(\.range) == [0..<4, 5..<9])
        #expect(items(Array("\0\0one\n".utf8)).map(\.range) == [2..<6])
    }

    @Test("indented lines belong to the line before")
    func indented() {
        let text = "Exception\n  at a\n\tat b\nnext\n\nlast\n"
        #expect(split(text, .indented) == ["Exception\n  at a\n\tat b", "next", "last"])
    }

    @Test("lines that do not begin as the pattern says belong to the line before")
    func start() throws {
        let pattern = try #require(LinePattern(#"\d\d:\d\d"#))
        #expect(split("x\n10:00 a\nb\n\nc\n10:01 d\n", .start(pattern)) == ["x", "10:00 a\nb\n\nc", "10:01 d"])
    }

    @Test("a pattern is bytes and classes, and nothing else")
    func patterns() throws {
        #expect(try #require(LinePattern(#"[\d\\\w]\s."#)).begins(Array(#"[7\_] .tail"#.utf8)))
        #expect(try #require(LinePattern("a.c")).begins(Array("abc".utf8)) == false)
        #expect(try #require(LinePattern("abc")).begins(Array("ab".utf8)) == false)
        for text in ["", #"\"#, #"\x"#, String(repeating: "a", count: 257)] { #expect(LinePattern(text) == nil) }
    }

    @Test("a long message keeps its beginning and says how long it was")
    func long() {
        let line = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        let item = items(line + [10])[0]
        #expect(item.frame.bytes.count == 480)
        #expect(item.frame.length == 1000)
        let group = items(line + [10, 32] + line + [10], .indented)[0]
        #expect(group.frame.bytes.count == 480)
        #expect(group.frame.length == 2002)
    }

    @Test("a group of lines has an end, whatever the pattern says")
    func bound() {
        let groups = items(Array(("a\n" + String(repeating: " b\n", count: 2500)).utf8), .indented)
        #expect(groups.map { ($0.frame.length + 2) / 3 } == [1000, 1000, 501])
    }

    @Test("where the pieces are cut makes no difference, nor where reading begins anew")
    func pieces() throws {
        var random = SeededGenerator(seed: 7)
        let pattern = try #require(LinePattern("a"))
        for _ in 0..<300 {
            let bytes = (0..<60).map { _ in [10, 10, 13, 0, 32, 97, 98].randomElement(using: &random) ?? 0 as UInt8 }
            for grouping in [LineGrouping.single, .indented, .start(pattern)] {
                let whole = items(bytes, grouping)
                #expect(
                    items(bytes, grouping, pieces: Int.random(in: 1...9, using: &random)).map(\.range)
                        == whole.map(\.range))
                // Begun anew behind any message, the others come out as they did.
                for (index, item) in whole.enumerated() {
                    var later = RecordSplitter(grouping, limit: 480, offset: item.range.upperBound)
                    let rest = bytes[Int(item.range.upperBound)...]
                    let again = rest.withUnsafeBytes { later.append($0) } + later.flush()
                    #expect(again.map(\.range) == whole.dropFirst(index + 1).map(\.range))
                    #expect(again.map(\.frame) == whole.dropFirst(index + 1).map(\.frame))
                }
            }
        }
    }
}
