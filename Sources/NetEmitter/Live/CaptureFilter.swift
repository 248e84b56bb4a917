import CLinux
import ExhaustCore

/// What the kernel keeps of which packets, as a program that it runs for each.
package struct CaptureFilter: Sendable, Hashable {
    /// An address and a port, as the two ends of a connection have them.
    package struct Endpoint: Sendable, Hashable {
        package let address: IPAddress
        package let port: UInt16

        package init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// Packets of these alone, by their indexes. Those in between that no interface has do no harm, and make the
    /// program short where there are many.
    package var interfaces: [ClosedRange<Int32>] = []
    /// Packets of TCP and UDP from or to these are left out.
    package var excluded: [Endpoint] = []
    /// How many bytes of a frame are kept.
    package var snapLength = 256
    /// Frames from or to these ports are kept whole.
    package var wholePorts: [UInt16] = []
    /// TLS handshakes are kept whole.
    package var keepsHandshakes = false

    package init() {}

    /// More than the largest frame.
    private static let whole: UInt32 = 0x40000

    /// The labels that all parts jump to.
    private struct Exits {
        let accept: FilterAssembler.Label
        let drop: FilterAssembler.Label
    }

    /// Where the program keeps what it read.
    private enum Memory {
        static let sourcePort: UInt32 = 0
        static let destinationPort: UInt32 = 1
        static let sourceAddress: UInt32 = 2
        static let destinationAddress: UInt32 = 3
        static let transport: UInt32 = 4
        static let transportOffset: UInt32 = 5
    }

    /// The program for the kernel.
    func program() throws(ExhaustError) -> [sock_filter] {
        var code = FilterAssembler()
        let exits = Exits(accept: code.label(), drop: code.label())
        checkInterface(&code, exits)
        let (version4, version6, ports) = (code.label(), code.label(), code.label())
        findNetworkHeader(&code, exits, version4, version6)
        code.place(version4)
        checkVersion4(&code, exits, ports)
        code.place(version6)
        checkVersion6(&code, exits)
        code.place(ports)
        let whole = code.label()
        for memory in [Memory.sourcePort, Memory.destinationPort] where !wholePorts.isEmpty {
            code.load(memory: memory)
            for port in wholePorts { code.go(to: whole, if: .equals(UInt32(port))) }
        }
        if keepsHandshakes { findHandshake(&code, exits, whole) }
        code.place(exits.accept)
        code.end(keeping: UInt32(clamping: snapLength))
        code.place(whole)
        code.end(keeping: Self.whole)
        code.place(exits.drop)
        code.end(keeping: 0)
        return try code.program()
    }

    private func checkInterface(_ code: inout FilterAssembler, _ exits: Exits) {
        let chosen = code.label()
        code.load(.interface)
        for range in interfaces {
            let next = code.label()
            code.go(to: next, unless: .isAtLeast(UInt32(bitPattern: range.lowerBound)))
            code.go(to: chosen, unless: .isAtLeast(UInt32(bitPattern: range.upperBound) + 1))
            code.place(next)
        }
        code.go(to: exits.drop)
        code.place(chosen)
    }

    /// Leaves the offset of the IP header in the index register, and goes on by its version; accepts what is no IP.
    ///
    /// The kernel takes the outer VLAN tag of what was received out of the bytes; inner ones, and those of what is
    /// sent, may be in them.
    private func findNetworkHeader(
        _ code: inout FilterAssembler, _ exits: Exits, _ version4: FilterAssembler.Label,
        _ version6: FilterAssembler.Label
    ) {
        let ethernet = code.label()
        code.load(.hardwareType)
        for type in [HardwareType.ethernet, HardwareType.loopback] { code.go(to: ethernet, if: .equals(UInt32(type))) }
        // Without a link header the bytes begin with the IP header.
        code.setIndex(0)
        code.load(.byte, at: 0)
        code.apply(.shiftRight(4))
        code.go(to: version4, if: .equals(4))
        code.go(to: version6, if: .equals(6))
        code.go(to: exits.accept)
        code.place(ethernet)
        for tags: Int32 in 0...2 {
            let tagged = code.label()
            // A frame that ends before would be dropped by the load.
            code.loadLength()
            code.go(to: exits.accept, unless: .isAtLeast(UInt32(14 + 4 * tags)))
            code.setIndex(UInt32(14 + 4 * tags))
            code.load(.half, at: 12 + 4 * tags)
            code.go(to: version4, if: .equals(0x0800))
            code.go(to: version6, if: .equals(0x86dd))
            if tags < 2 { for type: UInt32 in [0x8100, 0x88a8, 0x9100] { code.go(to: tagged, if: .equals(type)) } }
            code.go(to: exits.accept)
            code.place(tagged)
        }
    }

    /// Accepts a packet with fewer than `count` bytes from the index register on.
    private func require(_ count: UInt32, _ code: inout FilterAssembler, _ exits: Exits) {
        code.loadLength()
        code.apply(.subtractIndex)
        code.go(to: exits.accept, unless: .isAtLeast(count))
    }

    private func checkVersion4(_ code: inout FilterAssembler, _ exits: Exits, _ ports: FilterAssembler.Label) {
        require(20, &code, exits)
        let hasPorts = code.label()
        code.load(.byte, atIndexPlus: 9)
        code.store(memory: Memory.transport)
        code.go(to: hasPorts, if: .equals(6))
        code.go(to: exits.accept, unless: .equals(17))
        code.place(hasPorts)
        // A fragment that is not the first has no ports.
        code.load(.half, atIndexPlus: 6)
        code.go(to: exits.accept, if: .hasAnyBit(0x1fff))
        code.load(.word, atIndexPlus: 12)
        code.store(memory: Memory.sourceAddress)
        code.load(.word, atIndexPlus: 16)
        code.store(memory: Memory.destinationAddress)
        code.load(.byte, atIndexPlus: 0)
        code.apply(.and(0x0f))
        code.apply(.shiftLeft(2))
        code.apply(.addIndex)
        code.store(memory: Memory.transportOffset)
        code.copyToIndex()
        require(4, &code, exits)
        loadPorts(at: 0, &code)
        for endpoint in excluded where endpoint.address.isIPv4 {
            let address = UInt32(truncatingIfNeeded: endpoint.address.low)
            for side in [
                (Memory.sourceAddress, Memory.sourcePort), (Memory.destinationAddress, Memory.destinationPort),
            ] {
                let other = code.label()
                code.load(memory: side.0)
                code.go(to: other, unless: .equals(address))
                code.load(memory: side.1)
                code.go(to: exits.drop, if: .equals(UInt32(endpoint.port)))
                code.place(other)
            }
        }
        code.go(to: ports)
    }

    /// Headers between IP and transport are not looked through: a broker's packets have none.
    private func checkVersion6(_ code: inout FilterAssembler, _ exits: Exits) {
        require(44, &code, exits)
        let hasPorts = code.label()
        code.load(.byte, atIndexPlus: 6)
        code.store(memory: Memory.transport)
        code.go(to: hasPorts, if: .equals(6))
        code.go(to: exits.accept, unless: .equals(17))
        code.place(hasPorts)
        code.copyFromIndex()
        code.apply(.add(40))
        code.store(memory: Memory.transportOffset)
        loadPorts(at: 40, &code)
        for endpoint in excluded where !endpoint.address.isIPv4 {
            for (offset, port) in [(UInt32(8), Memory.sourcePort), (24, Memory.destinationPort)] {
                let other = code.label()
                for (index, half) in [endpoint.address.high, endpoint.address.low].enumerated() {
                    for (part, word) in [half >> 32, half & 0xffff_ffff].enumerated() {
                        code.load(.word, atIndexPlus: offset + UInt32(8 * index + 4 * part))
                        code.go(to: other, unless: .equals(UInt32(word)))
                    }
                }
                code.load(memory: port)
                code.go(to: exits.drop, if: .equals(UInt32(endpoint.port)))
                code.place(other)
            }
        }
    }

    /// Goes to `whole` with what begins as a record of a TLS handshake does: type 22, version 3 (RFC 8446 section 5.1).
    private func findHandshake(_ code: inout FilterAssembler, _ exits: Exits, _ whole: FilterAssembler.Label) {
        code.load(memory: Memory.transport)
        code.go(to: exits.accept, unless: .equals(6))
        code.load(memory: Memory.transportOffset)
        code.copyToIndex()
        require(20, &code, exits)
        code.load(.byte, atIndexPlus: 12)
        code.apply(.shiftRight(4))
        code.apply(.shiftLeft(2))
        code.apply(.addIndex)
        code.copyToIndex()
        // A header that claims more than there is makes a difference below zero.
        code.loadLength()
        code.apply(.subtractIndex)
        code.go(to: exits.accept, if: .isAtLeast(0x8000_0000))
        code.go(to: exits.accept, unless: .isAtLeast(2))
        code.load(.half, atIndexPlus: 0)
        code.go(to: whole, if: .equals(0x1603))
    }

    private func loadPorts(at offset: UInt32, _ code: inout FilterAssembler) {
        code.load(.half, atIndexPlus: offset)
        code.store(memory: Memory.sourcePort)
        code.load(.half, atIndexPlus: offset + 2)
        code.store(memory: Memory.destinationPort)
    }
}
