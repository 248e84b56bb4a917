import CLinux
import ExhaustCore

/// The frames of one block of a ring, oldest first, where the kernel put them: their bytes are good until the block
/// goes back to the kernel.
package struct FrameBatch: Sequence {
    private let block: UnsafeMutableRawBufferPointer

    /// The frames of a block that the kernel has handed over.
    init(_ block: UnsafeMutableRawBufferPointer) { self.block = block }

    /// Steps through the frames, as often as one likes.
    package func makeIterator() -> Iterator {
        guard block.count >= MemoryLayout<tpacket_block_desc>.size else { return Iterator(block, offset: 0, count: 0) }
        let header = block.loadUnaligned(as: tpacket_block_desc.self).hdr.bh1
        return Iterator(block, offset: Int(header.offset_to_first_pkt), count: Int(header.num_pkts))
    }

    /// Steps from header to header (`struct tpacket3_hdr`, `struct sockaddr_ll`).
    package struct Iterator: IteratorProtocol {
        private static let addressOffset = (MemoryLayout<tpacket3_hdr>.size + 15) & ~15

        private let block: UnsafeMutableRawBufferPointer
        private var offset: Int
        private var left: Int

        fileprivate init(_ block: UnsafeMutableRawBufferPointer, offset: Int, count: Int) {
            self.block = block
            self.offset = offset
            left = count
        }

        package mutating func next() -> CapturedFrame? {
            while left > 0 {
                let end = offset + Self.addressOffset + MemoryLayout<sockaddr_ll>.size
                guard end <= block.count else { return nil }
                let start = offset
                var header = block.loadUnaligned(fromByteOffset: start, as: tpacket3_hdr.self)
                let address = block.loadUnaligned(fromByteOffset: start + Self.addressOffset, as: sockaddr_ll.self)
                left = header.tp_next_offset == 0 ? 0 : left - 1
                offset += Int(header.tp_next_offset)
                guard start + Int(header.tp_mac) >= end, Int(header.tp_net) >= Int(header.tp_mac),
                    start + Int(header.tp_mac) + Int(header.tp_snaplen) <= block.count
                else { return nil }
                if HardwareType.hasEthernetHeader(address.sll_hatype) {
                    if header.tp_status & UInt32(TP_STATUS_VLAN_VALID) != 0 { restoreTag(&header, at: start) }
                    return frame(header, at: start, skipping: 0, .ethernet)
                }
                // What other interfaces put before the IP header says nothing that is of use here.
                let type = UInt16(bigEndian: address.sll_protocol)
                if type == 0x0800 || type == 0x86dd {
                    let link = Int(header.tp_net) - Int(header.tp_mac)
                    return frame(header, at: start, skipping: link, .raw)
                }
            }
            return nil
        }

        private func frame(
            _ header: tpacket3_hdr, at start: Int, skipping link: Int, _ linkType: LinkType
        ) -> CapturedFrame {
            let kept = Swift.max(0, Int(header.tp_snaplen) - link)
            let first = start + Int(header.tp_mac) + Int(header.tp_snaplen) - kept
            return CapturedFrame(
                linkType: linkType,
                time: Timestamp(seconds: Int64(header.tp_sec), nanoseconds: Int64(header.tp_nsec)),
                frameLength: Swift.max(kept, Int(header.tp_len) - link),
                bytes: FrameBytes(UnsafeRawBufferPointer(rebasing: block[first..<first + kept])))
        }

        /// Puts the VLAN tag that the kernel took out back behind the addresses, for which the ring leaves four bytes
        /// free; once, whoever reads the batch again.
        private func restoreTag(_ header: inout tpacket3_hdr, at start: Int) {
            let hasType = header.tp_status & UInt32(TP_STATUS_VLAN_TPID_VALID) != 0
            let tag = UInt32(hasType ? header.hv1.tp_vlan_tpid : 0x8100) << 16 | header.hv1.tp_vlan_tci & 0xffff
            let room = start + Int(header.tp_mac) - 4
            guard header.tp_snaplen >= 12, room >= start + Self.addressOffset + MemoryLayout<sockaddr_ll>.size else {
                return
            }
            let bytes = UnsafeMutableRawBufferPointer(rebasing: block[room..<room + 16])
            bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[4...]))
            bytes.storeBytes(of: tag.bigEndian, toByteOffset: 12, as: UInt32.self)
            header.tp_mac -= 4
            header.tp_snaplen += 4
            header.tp_len += 4
            header.tp_status &= ~UInt32(TP_STATUS_VLAN_VALID)
            block.storeBytes(of: header, toByteOffset: start, as: tpacket3_hdr.self)
        }
    }
}
