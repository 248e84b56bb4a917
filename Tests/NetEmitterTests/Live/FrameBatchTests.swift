import CLinux
import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("Frames in a block of a ring")
struct FrameBatchTests {
    /// A frame as the kernel describes it.
    struct Entry {
        var bytes: [UInt8]
        var hardwareType: UInt16 = 1
        var etherType: UInt16 = 0x0800
        var linkHeader = 14
        var wireLength: Int?
        var tag: (type: UInt16, control: UInt16)?
    }

    /// A block with `entries`, laid out as TPACKET_V3 has it.
    static func block(_ entries: [Entry], size: Int = 4096) -> [UInt8] {
        var block = [UInt8](repeating: 0xee, count: size)
        let first = 48 + 20 + 4 + 18
        block.withUnsafeMutableBytes { bytes in
            var description = tpacket_block_desc()
            description.hdr.bh1.num_pkts = UInt32(entries.count)
            description.hdr.bh1.offset_to_first_pkt = 48
            bytes.storeBytes(of: description, as: tpacket_block_desc.self)
            var offset = 48
            for (index, entry) in entries.enumerated() {
                var header = tpacket3_hdr()
                let end = (first + entry.bytes.count + 15) & ~15
                header.tp_next_offset = index == entries.count - 1 ? 0 : UInt32(end)
                (header.tp_sec, header.tp_nsec) = (1_700_000_000, UInt32(index))
                header.tp_snaplen = UInt32(entry.bytes.count)
                header.tp_len = UInt32(entry.wireLength ?? entry.bytes.count)
                header.tp_mac = UInt16(first)
                header.tp_net = UInt16(first + entry.linkHeader)
                if let tag = entry.tag {
                    header.tp_status = UInt32(TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID)
                    header.hv1.tp_vlan_tpid = tag.type
                    header.hv1.tp_vlan_tci = UInt32(tag.control)
                }
                bytes.storeBytes(of: header, toByteOffset: offset, as: tpacket3_hdr.self)
                var address = sockaddr_ll()
                address.sll_hatype = entry.hardwareType
                address.sll_protocol = entry.etherType.bigEndian
                bytes.storeBytes(of: address, toByteOffset: offset + 48, as: sockaddr_ll.self)
                UnsafeMutableRawBufferPointer(rebasing: bytes[(offset + first)...]).copyBytes(from: entry.bytes)
                offset += end
            }
        }
        return block
    }

    /// What a frame was, for a test to look at afterwards.
    struct Seen {
        let linkType: LinkType
        let bytes: [UInt8]
        let length: Int
        let time: Timestamp
    }

    static func read(_ block: inout [UInt8]) -> [Seen] {
        block.withUnsafeMutableBytes { bytes in
            FrameBatch(bytes).map {
                Seen(linkType: $0.linkType, bytes: Array($0.bytes.bytes), length: $0.frameLength, time: $0.time)
            }
        }
    }

    @Test("frames come as they were, tags back in their places, and again when the batch is read again")
    func frames() {
        let (here, there) = (IPAddress(ipv4: 1), IPAddress(ipv4: 2))
        let plain = Frames.frame(from: here, 1, to: there, 2)
        let packet = Frames.packet(from: here, 1, to: there, 2)
        let tagged = Frames.frame(from: here, 1, to: there, 2, tags: [(0x88a8, 0x6007)])
        var block = Self.block([
            Entry(bytes: plain, wireLength: 1500),
            Entry(bytes: plain, tag: (0x88a8, 0x6007)),
            Entry(bytes: packet, hardwareType: 65534, linkHeader: 0),
            // A link that is no Ethernet has a header of its own; what it carries beside IP is of no use.
            Entry(bytes: [1, 2, 3, 4] + packet, hardwareType: 778, linkHeader: 4),
            Entry(bytes: [1, 2, 3, 4], hardwareType: 778, etherType: 0x0806, linkHeader: 4),
            Entry(bytes: plain, hardwareType: 772),
        ])
        for _ in 0..<2 {
            let frames = Self.read(&block)
            #expect(frames.map(\.bytes) == [plain, tagged, packet, packet, plain])
            #expect(frames.map(\.linkType) == [.ethernet, .ethernet, .raw, .raw, .ethernet])
            #expect(frames.map(\.length) == [1500, tagged.count, packet.count, packet.count, plain.count])
            #expect(frames.map(\.time.nanoseconds) == [0, 1, 2, 3, 5])
            #expect(frames.allSatisfy { $0.time.seconds == 1_700_000_000 })
        }
    }

    @Test("numbers that point out of the block end it")
    func hostile() {
        let plain = Frames.frame(from: IPAddress(ipv4: 1), 1, to: IPAddress(ipv4: 2), 2)
        let entries = [Entry(bytes: plain), Entry(bytes: plain, tag: (0x8100, 5)), Entry(bytes: plain)]
        let whole = Self.block(entries, size: 512)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            var block = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                block[Int.random(in: 0..<256, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            for frame in Self.read(&block) { #expect(frame.bytes.count <= 512) }
        }
    }
}
