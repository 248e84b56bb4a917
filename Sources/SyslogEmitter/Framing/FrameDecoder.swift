/// Finds the messages in a byte stream (RFC 6587), with either framing, told apart for each frame anew.
///
/// A frame that begins with a number, a space and `<` is octet-counted; any other ends at the next LF or NUL, so a
/// message that begins with digits is not mistaken. Pure and bounded: it keeps one frame's `limit` bytes at most, and
/// where the chunks are cut makes no difference.
package struct FrameDecoder: Sendable {
    private enum Mode {
        /// The first bytes do not tell the framing yet; they are in `kept`.
        case undecided
        /// Octet counting, and how many bytes the frame has.
        case counted(Int)
        /// Up to LF or NUL.
        case delimited
    }

    /// How many bytes of a message are kept.
    private let limit: Int
    private var mode = Mode.undecided
    private var kept: [UInt8] = []
    /// How many bytes of the frame were seen.
    private var length = 0
    private var flaw: String?

    /// A count above this is taken for a mistake: skipping so much would swallow what follows it.
    static let countLimit = 64 << 20
    private static let countDigits = 10

    /// A decoder that keeps `limit` bytes of a message; at least 480, as RFC 5424 section 6.1 demands.
    package init(limit: Int) { self.limit = max(limit, 480) }

    /// Takes the next bytes of the stream and gives the frames that they complete. Empty frames are left out.
    package mutating func append(_ chunk: UnsafeRawBufferPointer) -> [Frame] {
        var frames: [Frame] = []
        var rest = chunk[...]
        while !rest.isEmpty {
            switch mode {
            case .undecided: decide(&rest)
            case .counted(let count): takeCounted(&rest, count: count, into: &frames)
            case .delimited: takeDelimited(&rest, into: &frames)
            }
        }
        return frames
    }

    /// Ends the stream: gives what came of a last frame.
    package mutating func finish() -> Frame? {
        guard length > 0 else { return nil }
        if case .counted(let count) = mode { flaw = "the stream ended after \(length) of the frame's \(count) bytes" }
        return takeFrame()
    }

    private mutating func decide(_ rest: inout Slice<UnsafeRawBufferPointer>) {
        guard let byte = rest.first else { return }
        let isCount = byte.isDigit && (length > 0 || byte != UInt8(ascii: "0"))
        if kept.last == UInt8(ascii: " ") {
            byte == UInt8(ascii: "<") ? beginCounted() : (mode = .delimited)
        } else if (isCount && length < Self.countDigits) || (byte == UInt8(ascii: " ") && length > 0) {
            kept.append(byte)
            length += 1
            rest = rest.dropFirst()
        } else {
            mode = .delimited
        }
    }

    private mutating func beginCounted() {
        let count = kept.dropLast().reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        kept = []
        length = 0
        if count <= Self.countLimit {
            mode = .counted(count)
        } else {
            mode = .delimited
            flaw = "the frame's length \(count) is beyond belief; the frame was read up to its line end"
        }
    }

    private mutating func takeCounted(
        _ rest: inout Slice<UnsafeRawBufferPointer>, count: Int, into frames: inout [Frame]
    ) {
        let part = rest.prefix(count - length)
        rest = rest.dropFirst(part.count)
        keep(part)
        if length == count { frames.append(takeFrame()) }
    }

    private mutating func takeDelimited(_ rest: inout Slice<UnsafeRawBufferPointer>, into frames: inout [Frame]) {
        guard let end = rest.firstIndex(where: { $0 == 10 || $0 == 0 }) else {
            keep(rest)
            rest = rest.suffix(0)
            return
        }
        keep(rest[..<end])
        rest = rest[(end + 1)...]
        // A sender may end frames with CR LF, with LF behind a counted frame, or with blank lines between.
        if length == 0 || (length == 1 && kept.last == 13) { _ = takeFrame() } else { frames.append(takeFrame()) }
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        length += bytes.count
        let room = limit - kept.count
        if room > 0 { kept.append(contentsOf: bytes.prefix(room)) }
    }

    private mutating func takeFrame() -> Frame {
        var frame = Frame(bytes: kept, length: length, flaw: flaw)
        if frame.isTruncated { frame.endAtCharacter() }
        kept = []
        length = 0
        flaw = nil
        mode = .undecided
        return frame
    }
}
