import ExhaustCore

/// Classic pcap (https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html): a header, then frames.
struct ClassicCapture: CaptureFormat {
    private let isBigEndian: Bool
    private let nanosecondsPerUnit: Int64
    private let linkType: LinkType

    /// Passes over the file's header; nil if that is another format's.
    init?(_ buffer: CaptureBuffer) throws(ExhaustError) {
        let header = try buffer.peek(24)
        guard let magic = header.uint32(0) else { return nil }
        switch magic {
        case 0xa1b2_c3d4: (isBigEndian, nanosecondsPerUnit) = (true, 1000)
        case 0xd4c3_b2a1: (isBigEndian, nanosecondsPerUnit) = (false, 1000)
        case 0xa1b2_3c4d: (isBigEndian, nanosecondsPerUnit) = (true, 1)
        case 0x4d3c_b2a1: (isBigEndian, nanosecondsPerUnit) = (false, 1)
        default: return nil
        }
        guard let field = header.uint32(20), try buffer.skip(24) else {
            throw buffer.damage("the file ends within its header")
        }
        // The upper bits tell how long a check sum there is behind each frame.
        linkType = LinkType(rawValue: (isBigEndian ? field : field.byteSwapped) & 0x3ff_ffff)
    }

    mutating func step(_ buffer: CaptureBuffer) throws(ExhaustError) -> CaptureStep {
        let header = try buffer.peek(16)
        guard let seconds = number(header, 0), let fraction = number(header, 4), let captured = number(header, 8),
            let length = number(header, 12)
        else {
            if header.count == 0 { return .end }
            throw buffer.damage("the file ends within the header of a frame")
        }
        guard captured <= CaptureFile.frameLimit else {
            throw buffer.damage("a frame cannot have \(captured) bytes: the file is damaged")
        }
        let frame = try buffer.peek(16 + Int(captured)).slice(16)
        guard frame.count == captured, try buffer.skip(16 + Int(captured)) else {
            throw buffer.damage("the file ends within a frame, of whose \(captured) bytes it has \(frame.count)")
        }
        let time = Timestamp(seconds: Int64(seconds), nanoseconds: Int64(fraction) * nanosecondsPerUnit)
        return .frame(
            CapturedFrame(linkType: linkType, time: time, frameLength: Int(max(length, captured)), bytes: frame))
    }

    @inline(__always)
    private func number(_ bytes: FrameBytes, _ offset: Int) -> UInt32? {
        bytes.uint32(offset).map { isBigEndian ? $0 : $0.byteSwapped }
    }
}
