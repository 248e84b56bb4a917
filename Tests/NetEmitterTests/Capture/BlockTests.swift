import Testing

@testable import NetEmitter

@Suite("pcapng captures")
struct BlockTests {
    private static let text: CaptureText = CaptureText()
    private static let abc: [UInt8] = Array("abc".utf8)

    @Test("are read in both byte orders, section after section", arguments: [false, true])
    func sections(isBigEndian: Bool) {
        let (text, other) = (CaptureText(isBigEndian: isBigEndian), CaptureText(isBigEndian: !isBigEndian))
        let first =
            text.section() + text.interface(1) + text.interface(101) + text.block(0x0bad_cafe, [1, 2, 3])
            + text.packet(1, 10_000_005, Self.abc) + text.packet(0, 11_000_000, [])
        let second = other.section() + other.interface(113) + other.packet(0, 12_000_000, Self.abc)
        #expect(
            CaptureText.read(first + second) == ["101 10.5000 3 abc", "1 11.0 0 ", "113 12.0 3 abc"])
    }

    @Test("have simple and old packets, too")
    func kinds() {
        let text = Self.text
        let old =
            text.number(0 as UInt16) + text.number(7 as UInt16) + text.number(0 as UInt32)
            + text.number(10_000_000 as UInt32) + text.number(3 as UInt32) + text.number(9 as UInt32) + Self.abc
        let file =
            text.section() + text.interface(limit: 2) + text.block(2, old)
            + text.block(3, text.number(3 as UInt32) + Self.abc)
        #expect(CaptureText.read(file) == ["101 10.0 9 abc", "101 10.0 3 ab"])
    }

    /// The option that tells a clock's resolution, and what a clock's value means then.
    private static let resolutions: [(UInt8, UInt64, String)] = [
        (0, 7, "7.0"), (3, 7_005, "7.5000000"), (9, 7_000_000_005, "7.5"), (12, 7_000_000_005_000, "7.5"),
        (19, 1, "0.0"), (0x80 | 10, 1025, "1.976562"), (0x80 | 63, 1 << 62, "0.500000000"),
        (0, .max, "-1.0"),
    ]

    @Test("have clocks of any resolution", arguments: resolutions)
    func clocks(resolution: UInt8, units: UInt64, expected: String) {
        let file =
            Self.text.section() + Self.text.interface(options: [(9, [resolution])]) + Self.text.packet(0, units, [])
        #expect(CaptureText.read(file) == ["101 \(expected) 0 "])
    }

    @Test("may say how far their clock is off")
    func offset() {
        let options: [(UInt16, [UInt8])] = [(2, Array("eth0".utf8)), (14, Self.text.number(Int64(-3)))]
        let file = Self.text.section() + Self.text.interface(options: options) + Self.text.packet(0, 10_000_000, [])
        #expect(CaptureText.read(file) == ["101 7.0 0 "])
    }

    private static let start: [UInt8] = text.section() + text.interface() + text.packet(0, 10_000_000, abc)
    private static let damages: [([UInt8], [String])] = [
        (start, ["101 10.0 3 abc"]),
        (Array(start.dropLast()), ["x.pcap: the file ends within a block, at byte 52"]),
        (start + [1], ["101 10.0 3 abc", "x.pcap: the file ends within the header of a block, at byte 88"]),
        (
            start + text.number(6 as UInt32) + text.number(13 as UInt32) + start,
            ["101 10.0 3 abc", "x.pcap: a block cannot have 13 bytes: the file is damaged, at byte 88"]
        ),
        (
            start + text.block(6, [], lengthBehind: 16),
            [
                "101 10.0 3 abc",
                "x.pcap: a block's lengths before and behind it differ: the file is damaged, at byte 88",
            ]
        ),
        (text.section(version: 2), ["x.pcap: version 2 of pcapng is not known, at byte 0"]),
        (
            Array(text.section().prefix(8)) + [1, 2, 3, 4],
            ["x.pcap: a section has no known byte order: the file is damaged, at byte 0"]
        ),
        // What can be passed over is.
        (
            text.section() + text.interface(options: [(9, [77])]) + start.dropFirst(28),
            [
                "x.pcap: a block of type 1 and 32 bytes is not as it must be, at byte 28",
                "x.pcap: a block of type 6 and 36 bytes is not as it must be, at byte 84",
            ]
        ),
        (
            start + text.packet(1, 0, abc) + text.packet(0, 0, abc, captured: 5) + text.packet(0, 11_000_000, abc),
            [
                "101 10.0 3 abc", "x.pcap: a block of type 6 and 36 bytes is not as it must be, at byte 88",
                "x.pcap: a block of type 6 and 36 bytes is not as it must be, at byte 124", "101 11.0 3 abc",
            ]
        ),
    ]

    @Test("give what is not damaged, and say what is", arguments: damages)
    func damaged(file: [UInt8], expected: [String]) {
        #expect(CaptureText.read(file) == expected)
    }

    @Test("may hold blocks that are too large to be frames")
    func large() {
        let body = [UInt8](repeating: 0, count: 600_000)
        let file = Self.start + Self.text.block(5, body) + Self.text.block(6, body) + Self.text.packet(0, 0, Self.abc)
        #expect(
            CaptureText.read(file) == [
                "101 10.0 3 abc", "x.pcap: a block of type 6 and 600012 bytes is not as it must be, at byte 600100",
                "101 0.0 3 abc",
            ])
    }
}
