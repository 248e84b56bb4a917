import CLinux
import ExhaustCore

/// Chooses the thread of a packet: by its two addresses alone, so that both directions of a flow, its fragments and all
/// that two hosts have with each other go to one. The kernel's own choice counts ports, which fragments lack.
enum FanoutProgram {
    /// PACKET_OUTGOING of linux/if_packet.h.
    private static let outgoing: UInt32 = 4

    /// The program for the kernel; the rest of its result by the number of threads is the thread.
    static func program() throws(ExhaustError) -> [sock_filter] {
        var code = FilterAssembler()
        let (tagged, done) = (code.label(), code.label())
        code.load(.etherType)
        for type: UInt32 in [0x8100, 0x88a8] { code.go(to: tagged, if: .equals(type)) }
        hash(&code, headerAt: 0, done)
        code.place(tagged)
        // Of a tagged packet that is sent, the kernel knows where its IP header is; of one that was received, it takes
        // the (inner) tag for the network header.
        let received = code.label()
        code.load(.packetType)
        code.go(to: received, unless: .equals(outgoing))
        hash(&code, headerAt: 0, done)
        code.place(received)
        hash(&code, headerAt: 4, done)
        code.place(done)
        // Neighbouring addresses differ in few bits.
        code.apply(.multiply(0x9e37_79b1))
        code.apply(.shiftRight(16))
        code.endWithAccumulator()
        return try code.program()
    }

    /// Leaves the sum of both addresses in the accumulator; ends with 0 for what is no IP.
    private static func hash(_ code: inout FilterAssembler, headerAt header: Int32, _ done: FilterAssembler.Label) {
        let (version4, version6) = (code.label(), code.label())
        let header = FilterAssembler.networkHeader + header
        code.load(.byte, at: header)
        code.apply(.shiftRight(4))
        code.go(to: version4, if: .equals(4))
        code.go(to: version6, if: .equals(6))
        code.end(keeping: 0)
        for (label, offsets) in [(version4, [12, 16]), (version6, [8, 12, 16, 20, 24, 28, 32, 36])] as [(_, [Int32])] {
            code.place(label)
            code.setIndex(0)
            for offset in offsets {
                code.load(.word, at: header + offset)
                code.apply(.xorIndex)
                code.copyToIndex()
            }
            code.go(to: done)
        }
    }
}
