import Testing

@testable import SyslogEmitter

@Suite("Frame decoder")
struct FrameDecoderTests {
    private func texts(_ frames: [Frame]) -> [String] { frames.map { String(decoding: $0.bytes, as: UTF8.self) } }

    @Test("Both framings are told apart for each frame")
    func mixed() {
        let frames = Fixtures.frames(Array("7 <13>one<13>two\n9 <13>th\nre<13>four\0".utf8))
        #expect(texts(frames) == ["<13>one", "<13>two", "<13>th\nre", "<13>four"])
        #expect(frames.allSatisfy { $0.flaw == nil })
    }

    @Test(
        "A message that begins with digits is not taken for octet counting",
        arguments: ["2026 was a year", "12 monkeys", "7", "123456", "0 <13>x", "12345678901 <13>x", "1", "99 "])
    func digits(line: String) {
        #expect(texts(Fixtures.frames(Array((line + "\n<13>next\n").utf8))) == [line, "<13>next"])
        #expect(texts(Fixtures.frames(Array(line.utf8))) == [line])
    }

    @Test("Where the stream is cut makes no difference")
    func chunking() {
        let stream = Array("7 <13>one<13>two\n12 monkeys\n\n5 <1>\n!<13>by NUL\0\r\n2 <3>rest of a wrong count\n9".utf8)
        let whole = Fixtures.frames(stream)
        for cut in 0...stream.count {
            #expect(Fixtures.frames([Array(stream[..<cut]), Array(stream[cut...])]) == whole)
        }
        #expect(Fixtures.frames(stream.map { [$0] }) == whole)
    }

    @Test("What a closing connection leaves behind is kept, with the reason where it is not whole")
    func partial() {
        let counted = Fixtures.frames(Array("16 <1>2".utf8))
        #expect(texts(counted) == ["<1>2"])
        #expect(counted.first?.flaw == "the stream ended after 4 of the frame's 16 bytes")
        let delimited = Fixtures.frames(Array("<13>no line end".utf8))
        #expect(texts(delimited) == ["<13>no line end"])
        #expect(delimited.first?.flaw == nil)
        #expect(Fixtures.frames(Array("16 ".utf8)).map(\.bytes) == [Array("16 ".utf8)])
        #expect(Fixtures.frames([UInt8]()).isEmpty)
    }

    @Test("A message longer than the limit keeps its beginning and its length, in both framings")
    func tooLong() {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 5000)
        let delimited = Fixtures.frames(long + Array("\n<13>next\n".utf8), limit: 480)
        #expect(delimited.map(\.length) == [5000, 8])
        #expect(delimited.map(\.bytes.count) == [480, 8])
        #expect(delimited.map(\.isTruncated) == [true, false])
        let counted = Fixtures.frames(Array("5004 <13>".utf8) + long + Array("<13>next\n".utf8), limit: 480)
        #expect(counted.map(\.length) == [5004, 8])
        #expect(counted.map(\.bytes.count) == [480, 8])
    }

    @Test("A count beyond belief does not swallow the stream")
    func absurdCount() {
        let frames = Fixtures.frames(Array("999999999 <13>one\n<13>two\n".utf8))
        #expect(texts(frames) == ["<13>one", "<13>two"])
        #expect(frames[0].flaw?.contains("999999999") == true)
    }

    @Test("Cutting a message never cuts a character")
    func characters() {
        for (text, kept) in [("aé", 1), ("a€", 1), ("a😀", 1), ("aé", 3), ("\u{80}", 0)] {
            var frame = Frame(bytes: Array(Array(text.utf8).prefix(kept == 3 ? 3 : text.utf8.count - 1)), length: 99)
            frame.endAtCharacter()
            #expect(frame.bytes.count == kept)
        }
        var latin = Frame(bytes: [0x61, 0x80, 0x80, 0x80, 0x80], length: 99)
        latin.endAtCharacter()
        #expect(latin.bytes.count == 5)
    }
}
