import CLinux

/// Runs classic BPF as the kernel does, over one packet.
struct FilterMachine {
    /// Bytes from the link header on.
    var packet: [UInt8]
    var interface: UInt32 = 2
    var hardwareType: UInt32 = 1
    var etherType: UInt32 = 0x0800
    var packetType: UInt32 = 0
    /// Where the kernel takes the network header to be.
    var networkHeader = 14

    private func load(_ size: Int, at place: UInt32, index: UInt32 = 0) -> UInt32? {
        let offset = Int(Int32(bitPattern: place &+ index))
        switch offset {
        case -0x1000: return etherType
        case -0x1000 + 4: return packetType
        case -0x1000 + 8: return interface
        case -0x1000 + 28: return hardwareType
        default: break
        }
        let start = offset < -0x1000 ? offset + 0x100000 + networkHeader : offset
        guard start >= 0, start + size <= packet.count else { return nil }
        return packet[start..<start + size].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// What the program ends with; `nil` if it does not end as it should.
    func run(_ program: [sock_filter]) -> UInt32? {
        var (a, x, memory, next): (UInt32, UInt32, [UInt32?], Int) = (0, 0, .init(repeating: nil, count: 16), 0)
        while next < program.count {
            let step = program[next]
            next += 1
            let size = [0: 4, 8: 2, 16: 1][step.code & 0x18] ?? 0
            switch step.code {
            case 0x20, 0x28, 0x30:
                guard let value = load(size, at: step.k) else { return 0 }
                a = value
            case 0x40, 0x48, 0x50:
                guard let value = load(size, at: step.k, index: x) else { return 0 }
                a = value
            case 0x80: a = UInt32(packet.count)
            case 0x01: x = step.k
            case 0x60:
                guard let value = memory[Int(step.k)] else { return nil }
                a = value
            case 0x02: memory[Int(step.k)] = a
            case 0x07: x = a
            case 0x87: a = x
            case 0x04: a &+= step.k
            case 0x54: a &= step.k
            case 0x64: a <<= step.k
            case 0x74: a >>= step.k
            case 0x24: a &*= step.k
            case 0x0c: a &+= x
            case 0x1c: a &-= x
            case 0xac: a ^= x
            case 0x05: next += Int(step.k)
            case 0x15: next += Int(a == step.k ? step.jt : step.jf)
            case 0x35: next += Int(a >= step.k ? step.jt : step.jf)
            case 0x45: next += Int(a & step.k != 0 ? step.jt : step.jf)
            case 0x06: return step.k
            case 0x16: return a
            default: return nil
            }
        }
        return nil
    }
}
