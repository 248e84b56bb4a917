import ExhaustCore
import FoundationEssentials
import Glibc

@testable import NetEmitter

/// The shared captures: `EXHAUST_TEST_DATA` names the folder that has `pcap`.
enum Corpus {
    static let folder = getenv("EXHAUST_TEST_DATA").map { String(cString: $0) + "/pcap/" }

    /// The captures below `pcap`, or nil, said in the tests' output, if they are not at hand.
    static func captures() -> [String]? {
        guard let folder, let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
            print("skipped: EXHAUST_TEST_DATA names no folder with pcap")
            return nil
        }
        return names.filter { $0.hasSuffix(".pcap") || $0.hasSuffix(".pcapng") || $0.hasSuffix(".pcap.gz") }.sorted()
    }

    /// Hands every packet of a capture to `take`, with those of tunnels; returns what had to be refused.
    @discardableResult
    static func read(_ name: String, _ take: (Packet) -> Void) throws -> PacketParser {
        try read(CaptureFile(path: (folder ?? "") + name), take)
    }

    @discardableResult
    static func read(_ file: CaptureFile, _ take: (Packet) -> Void) throws -> PacketParser {
        var parser = PacketParser()
        while let frame = try file.next() {
            var next = parser.parse(
                frame.bytes, linkType: frame.linkType, time: frame.time, frameLength: frame.frameLength)
            while let packet = next {
                take(packet)
                next = parser.inner(of: packet)
            }
        }
        return parser
    }
}

extension IPAddress {
    /// The address that `text` writes.
    init?(_ text: String) {
        var bytes: (UInt64, UInt64) = (0, 0)
        var ipv4: UInt32 = 0
        if inet_pton(AF_INET, text, &ipv4) == 1 {
            self.init(ipv4: UInt32(bigEndian: ipv4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(ipv6: UInt64(bigEndian: bytes.0), UInt64(bigEndian: bytes.1))
        } else {
            return nil
        }
    }
}
