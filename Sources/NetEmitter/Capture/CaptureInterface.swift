import ExhaustCore

/// Numbers of a block, in the byte order of its section. What is not there reads as 0.
struct BlockReader {
    let bytes: FrameBytes
    let isBigEndian: Bool

    @inline(__always)
    func uint16(_ offset: Int) -> UInt16 {
        bytes.uint16(offset).map { isBigEndian ? $0 : $0.byteSwapped } ?? 0
    }

    @inline(__always)
    func uint32(_ offset: Int) -> UInt32 {
        bytes.uint32(offset).map { isBigEndian ? $0 : $0.byteSwapped } ?? 0
    }

    @inline(__always)
    func uint64(_ offset: Int) -> UInt64 {
        bytes.uint64(offset).map { isBigEndian ? $0 : $0.byteSwapped } ?? 0
    }
}

/// What a pcapng file says of an interface that frames were captured on.
struct CaptureInterface {
    let linkType: LinkType
    /// How many bytes of a frame were captured at most.
    let captureLimit: Int
    private var unitsPerSecond: UInt64 = 1_000_000
    private var offset: Int64 = 0

    /// Reads an interface description block; nil if it is not one, or if its clock is none that we can follow.
    init?(_ block: BlockReader) {
        guard block.bytes.count >= 20 else { return nil }
        linkType = LinkType(rawValue: UInt32(block.uint16(8)))
        let limit = Int(block.uint32(12))
        captureLimit = limit == 0 ? .max : limit
        let resolution: UInt16 = 9
        let secondsToAdd: UInt16 = 14
        var place = 16
        while place + 4 <= block.bytes.count - 4 {
            let (code, length) = (block.uint16(place), Int(block.uint16(place + 2)))
            switch (code, length) {
            case (0, _): return
            case (resolution, 1):
                guard let units = Self.unitsPerSecond(block.bytes.uint8(place + 4) ?? 0) else { return nil }
                unitsPerSecond = units
            case (secondsToAdd, 8): offset = Int64(bitPattern: block.uint64(place + 4))
            default: break
            }
            place += 4 + (length + 3) & ~3
        }
    }

    /// The moment that is `units` of the interface's clock after the epoch.
    func time(_ units: UInt64) -> Timestamp {
        let (seconds, rest) = units.quotientAndRemainder(dividingBy: unitsPerSecond)
        let nanoseconds =
            unitsPerSecond == 1_000_000
            ? rest * 1000
            : unitsPerSecond.dividingFullWidth(rest.multipliedFullWidth(by: 1_000_000_000)).quotient
        return Timestamp(
            seconds: Int64(truncatingIfNeeded: seconds) &+ offset, nanoseconds: Int64(nanoseconds))
    }

    /// The first bit tells whether the rest is an exponent to the base 2 or 10.
    private static func unitsPerSecond(_ field: UInt8) -> UInt64? {
        let exponent = Int(field & 0x7f)
        if field & 0x80 != 0 { return exponent < 64 ? 1 << UInt64(exponent) : nil }
        return exponent < 20 ? (0..<exponent).reduce(1) { power, _ in power * 10 } : nil
    }
}
