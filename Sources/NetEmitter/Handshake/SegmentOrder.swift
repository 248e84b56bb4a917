/// Puts the segments of one direction of a TCP connection in order.
///
/// It copies nothing that comes in order. What comes early is kept, within a limit; if what lies before it does not
/// come, that is given up, and what follows is marked as standing after a hole.
struct SegmentOrder {
    /// Bytes that are in order.
    struct Chunk {
        let bytes: FrameBytes
        /// Something before it is missing.
        let isAfterHole: Bool
        /// The capture lacks bytes at its end.
        let isCut: Bool
    }

    private struct Early {
        let sequence: UInt32
        let length: UInt32
        let bytes: [UInt8]
    }

    /// The most bytes, and segments, that are kept.
    static let limit = 8192
    static let segmentLimit = 16

    /// The sequence number of the next byte; nil until the first came.
    private(set) var next: UInt32?
    /// Where it began, if that was told.
    let start: UInt32?
    private var early: [Early] = []
    private(set) var heldBytes = 0
    private var hasHole = false

    /// An order that begins with the first segment that comes, or at `next`.
    init(next: UInt32? = nil) {
        self.next = next
        start = next
    }

    /// Takes a segment of `length` bytes, of which `payload` was captured. Gives what of it is next, if it is.
    /// After that, `release` gives what was kept and is next now.
    mutating func take(_ payload: FrameBytes, at sequence: UInt32, length: Int) -> Chunk? {
        let length = UInt32(truncatingIfNeeded: min(max(length, payload.count), 1 << 30))
        guard length > 0 else { return nil }
        let expected = next ?? sequence
        next = expected
        let ahead = Int32(bitPattern: sequence &- expected)
        if ahead > 0 {
            hold(payload, sequence, length)
            return nil
        }
        return advance(payload, sequence, length)
    }

    /// What was kept and is next now: call until it gives nil. If too much waits for what does not come, it goes on
    /// after the hole.
    mutating func release<Result>(_ body: (Chunk) -> Result) -> Result? {
        while let first = early.first, let expected = next {
            let ahead = Int32(bitPattern: first.sequence &- expected)
            if ahead > 0 {
                guard heldBytes > Self.limit || early.count > Self.segmentLimit else { return nil }
                next = first.sequence
                hasHole = true
            }
            early.removeFirst()
            heldBytes -= first.bytes.count
            let result = first.bytes.withUnsafeBytes { buffer in
                advance(FrameBytes(buffer), first.sequence, first.length).map(body)
            }
            if let result { return result }
        }
        return nil
    }

    private mutating func advance(_ payload: FrameBytes, _ sequence: UInt32, _ length: UInt32) -> Chunk? {
        guard let expected = next else { return nil }
        // What was seen before, as a retransmission has it.
        let known = expected &- sequence
        guard known < length else { return nil }
        next = sequence &+ length
        let bytes = payload.slice(Int(known))
        let isCut = payload.count < Int(length)
        defer { hasHole = isCut }
        return Chunk(bytes: bytes, isAfterHole: hasHole, isCut: isCut)
    }

    private mutating func hold(_ payload: FrameBytes, _ sequence: UInt32, _ length: UInt32) {
        let place = early.firstIndex { Int32(bitPattern: sequence &- $0.sequence) <= 0 } ?? early.count
        if place < early.count, early[place].sequence == sequence, early[place].length >= length { return }
        let bytes = Array(payload.bytes.prefix(Self.limit))
        early.insert(Early(sequence: sequence, length: length, bytes: bytes), at: place)
        heldBytes += bytes.count
    }
}
