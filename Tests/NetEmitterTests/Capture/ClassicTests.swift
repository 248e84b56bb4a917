import ExhaustCore
import ExhaustTestSupport
import FoundationEssentials
import Testing

@testable import NetEmitter

@Suite("Classic captures")
struct ClassicTests {
    @Test(
        "are read in both byte orders and resolutions", arguments: [false, true],
        [(0xa1b2_c3d4 as UInt32, 5_000), (0xa1b2_3c4d, 5)])
    func orders(isBigEndian: Bool, resolution: (magic: UInt32, nanoseconds: Int)) {
        let text = CaptureText(isBigEndian: isBigEndian)
        let file =
            text.classic(magic: resolution.magic, linkType: 0xf400_0001)
            + text.frame(10, 5, Array("abc".utf8), length: 9)
            + text.frame(4_294_967_295, 4_294_967_295, [])
        let late = resolution.nanoseconds == 5 ? "4294967299.294967295" : "4294971589.967295000"
        #expect(CaptureText.read(file) == ["1 10.\(resolution.nanoseconds) 9 abc", "1 \(late) 0 "])
    }

    private static let text: CaptureText = CaptureText()
    private static let start: [UInt8] = text.classic() + text.frame(10, 0, Array("abc".utf8))
    private static let damages: [([UInt8], [String])] = [
        ([], ["x.pcap: the file is empty (pcap and pcapng are read, also if gzip packed them)"]),
        (Array("hello".utf8), ["x.pcap: this is no capture file (pcap and pcapng are read, also if gzip packed them)"]),
        (Array(start.prefix(23)), ["x.pcap: the file ends within its header, at byte 0"]),
        (start, ["101 10.0 3 abc"]),
        (start.dropLast(), ["x.pcap: the file ends within a frame, of whose 3 bytes it has 2, at byte 24"]),
        (start + [1], ["101 10.0 3 abc", "x.pcap: the file ends within the header of a frame, at byte 43"]),
        (
            start + text.frame(11, 0, [], captured: 600_000) + start,
            ["101 10.0 3 abc", "x.pcap: a frame cannot have 600000 bytes: the file is damaged, at byte 43"]
        ),
    ]

    @Test("give what is before the damage, and its reason and place", arguments: damages)
    func damaged(file: [UInt8], expected: [String]) {
        #expect(CaptureText.read(file) == expected)
    }

    @Test("may be packed by gzip, in one piece or several")
    func packed() throws {
        let expected = ["101 10.5000 4 abc", "101 11.5000 1 "]
        let one = Raw.hex(
            "1f8b0800000000000203bb7278d3422606160618f8ff9f812115487301312b103303314836312999"
                + "1b2a04028c400c005e07809b3b000000")
        #expect(CaptureText.read(one) == expected)
        #expect(
            CaptureText.read(
                Raw.hex(
                    "1f8b0800000000000203bb7278d3422606160618f8ff9f812115487301312b0300c30edcbb1e0000"
                        + "001f8b08000000000002036360606660606001e2c4a4646e20c5ca00018c400c0083c756bc1d0000"
                        + "00")) == expected)
        let cut = CaptureText.read(one.dropLast(20))
        #expect(cut.last == "x.pcap: the packed data ends too early, at byte \(one.count - 20)")
        var wrong = one
        wrong[12] ^= 0xff
        #expect(CaptureText.read(wrong).last?.contains("the packed data is damaged (") == true)
    }

    @Test("are read from files that are larger than the window")
    func large() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let frame = Self.text.frame(10, 0, [UInt8](repeating: 7, count: 300_000))
        let bytes = Self.text.classic() + (0..<11).flatMap { _ in frame } + Self.text.frame(11, 0, [8])
        _ = FileManager.default.createFile(atPath: directory.path + "/large.pcap", contents: Data(bytes))
        let file = try CaptureFile(path: directory.path + "/large.pcap")
        var lengths: [Int] = []
        while let frame = try file.next() {
            lengths.append(frame.bytes.count)
            #expect(frame.bytes.bytes.last == (lengths.count == 12 ? 8 : 7))
        }
        #expect(lengths == [Int](repeating: 300_000, count: 11) + [1])
        #expect(throws: ExhaustError.self) { try CaptureFile(path: directory.path + "/none.pcap") }
    }
}
