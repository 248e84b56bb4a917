import ExhaustCore

/// pcapng (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html): sections of blocks, some of which are
/// frames. Blocks of other kinds are passed over.
struct BlockCapture: CaptureFormat {
    /// The type of the block that begins a section, and so a file; the same in both byte orders.
    static let magic: UInt32 = 0x0a0d_0d0a

    private enum Kind {
        static let interface: UInt32 = 1
        static let oldPacket: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let enhancedPacket: UInt32 = 6
    }

    private static let interfaceLimit = 65_536

    private var isBigEndian = false
    /// Frames name them by their place; one whose description is of no use keeps its place.
    private var interfaces: [CaptureInterface?] = []
    /// A simple packet has no time: it gets that of the frame before.
    private var time = Timestamp(seconds: 0)

    mutating func step(_ buffer: CaptureBuffer) throws(ExhaustError) -> CaptureStep {
        let head = try buffer.peek(16)
        guard head.count >= 12 else {
            if head.count == 0 { return .end }
            throw buffer.damage("the file ends within the header of a block")
        }
        if head.uint32(0) == Self.magic { try startSection(head, buffer) }
        let reader = BlockReader(bytes: head, isBigEndian: isBigEndian)
        let (kind, length) = (reader.uint32(0), Int(reader.uint32(4)))
        guard length >= 12, length % 4 == 0 else {
            throw buffer.damage("a block cannot have \(length) bytes: the file is damaged")
        }
        switch kind {
        case Kind.interface, Kind.oldPacket, Kind.simplePacket, Kind.enhancedPacket:
            return try read(kind, length, buffer)
        default:
            let start = buffer.offset
            guard try buffer.skip(length) else { throw buffer.damage("the file ends within a block", at: start) }
            return .other
        }
    }

    private mutating func startSection(_ head: FrameBytes, _ buffer: CaptureBuffer) throws(ExhaustError) {
        switch head.uint32(8) {
        case 0x1a2b_3c4d: isBigEndian = true
        case 0x4d3c_2b1a: isBigEndian = false
        default: throw buffer.damage("a section has no known byte order: the file is damaged")
        }
        let major = BlockReader(bytes: head, isBigEndian: isBigEndian).uint16(12)
        guard major == 1 else { throw buffer.damage("version \(major) of pcapng is not known") }
        interfaces = []
    }

    /// Reads a block that is a frame or describes an interface.
    private mutating func read(
        _ kind: UInt32, _ length: Int, _ buffer: CaptureBuffer
    ) throws(ExhaustError) -> CaptureStep {
        let overhead = 64 * 1024
        let isTooLong = length > CaptureFile.frameLimit + overhead
        let block = try buffer.peek(isTooLong ? 12 : length)
        guard isTooLong || block.count == length else { throw buffer.damage("the file ends within a block") }
        let reader = BlockReader(bytes: block, isBigEndian: isBigEndian)
        guard isTooLong || reader.uint32(length - 4) == length else {
            throw buffer.damage("a block's lengths before and behind it differ: the file is damaged")
        }
        let start = buffer.offset
        guard try buffer.skip(length) else { throw buffer.damage("the file ends within a block", at: start) }
        if kind == Kind.interface, !isTooLong, interfaces.count < Self.interfaceLimit {
            let interface = CaptureInterface(reader)
            interfaces.append(interface)
            if interface != nil { return .other }
        } else if !isTooLong, let frame = frame(kind, reader) {
            time = frame.time
            return .frame(frame)
        }
        throw buffer.damage("a block of type \(kind) and \(length) bytes is not as it must be", at: start)
    }

    private func frame(_ kind: UInt32, _ block: BlockReader) -> CapturedFrame? {
        if kind == Kind.simplePacket {
            guard let interface = interfaces.first ?? nil, block.bytes.count >= 16 else { return nil }
            let length = Int(block.uint32(8))
            let captured = min(length, interface.captureLimit, block.bytes.count - 16)
            return CapturedFrame(
                linkType: interface.linkType, time: time, frameLength: length, bytes: block.bytes.slice(12, captured))
        }
        let index = kind == Kind.oldPacket ? Int(block.uint16(8)) : Int(block.uint32(8))
        let (captured, length) = (Int(block.uint32(20)), Int(block.uint32(24)))
        guard interfaces.indices.contains(index), let interface = interfaces[index],
            captured <= block.bytes.count - 32
        else { return nil }
        let units = UInt64(block.uint32(12)) << 32 | UInt64(block.uint32(16))
        return CapturedFrame(
            linkType: interface.linkType, time: interface.time(units), frameLength: max(length, captured),
            bytes: block.bytes.slice(28, captured))
    }
}
