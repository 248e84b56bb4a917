import Glibc

/// Finds the messages in a file's bytes: lines, or groups of lines. Pure and bounded, and where the chunks are cut
/// makes no difference: what is read again after a crash gives the same messages.
struct RecordSplitter {
    /// A message and where it lies in the file, with the end of its last line.
    struct Item {
        var frame: Frame
        var range: Range<UInt64>
    }

    private struct Piece {
        var bytes: [UInt8] = []
        var length = 0
        var lines = 1
        var start: UInt64
    }

    /// Lines without end would make one message of a whole file if the pattern is wrong. Not to be chosen, since what
    /// is read again after a crash must give the same messages.
    private static let mostLines = 1000
    private static let mostBytes = 1 << 20

    private let limit: Int
    private let grouping: LineGrouping
    /// Everything before this byte was taken.
    private(set) var offset: UInt64
    private var line: Piece
    /// A message to which more lines may belong.
    private var open: Piece?

    /// A splitter of what stands at `offset` and behind it, that keeps `limit` bytes of a message.
    init(_ grouping: LineGrouping, limit: Int, offset: UInt64 = 0) {
        self.grouping = grouping
        self.limit = max(limit, 480)
        self.offset = offset
        line = Piece(start: offset)
    }

    /// Everything before this byte was given out.
    var givenOut: UInt64 { open?.start ?? line.start }
    /// Whether a message is held that is not known to be whole, and whether its line is not.
    var isHolding: Bool { open != nil || line.length > 0 }
    var isInLine: Bool { line.length > 0 }

    /// Takes the next bytes of the file and gives the messages that they complete. Empty lines are left out.
    mutating func append(_ chunk: UnsafeRawBufferPointer) -> [Item] {
        var items: [Item] = []
        var rest = chunk
        while let base = rest.baseAddress, !rest.isEmpty {
            // A file that was cut short under a writer that does not append begins with a hole.
            if line.length == 0, rest[0] == 0 {
                let zeros = rest.firstIndex { $0 != 0 } ?? rest.count
                offset += UInt64(zeros)
                line.start = offset
                rest = UnsafeRawBufferPointer(rebasing: rest[zeros...])
                continue
            }
            let end = memchr(base, 10, rest.count).map { UnsafeRawPointer($0) - base }
            let part = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.count)])
            line.bytes.append(contentsOf: part.prefix(max(0, limit - line.bytes.count)))
            line.length += part.count
            offset += UInt64(part.count)
            guard end != nil else { break }
            offset += 1
            endLine(into: &items)
            rest = UnsafeRawBufferPointer(rebasing: rest[(part.count + 1)...])
        }
        return items
    }

    /// Ends the message that is held, as if nothing more belonged to it.
    mutating func flush() -> [Item] {
        var items: [Item] = []
        if line.length > 0 { endLine(into: &items) }
        if let open { items.append(item(open, end: line.start)) }
        open = nil
        return items
    }

    private mutating func endLine(into items: inout [Item]) {
        if line.length == line.bytes.count, line.bytes.last == 13 {
            line.bytes.removeLast()
            line.length -= 1
        }
        let done = line
        line = Piece(start: offset)
        if var group = open, grouping.continues(done.bytes), group.lines < Self.mostLines,
            group.length < Self.mostBytes
        {
            group.bytes.append(contentsOf: ([10] + done.bytes).prefix(max(0, limit - group.bytes.count)))
            group.length += 1 + done.length
            group.lines += 1
            open = group
            return
        }
        if let open { items.append(item(open, end: done.start)) }
        open = nil
        guard done.length > 0 else { return }
        if case .single = grouping { items.append(item(done, end: offset)) } else { open = done }
    }

    private func item(_ piece: Piece, end: UInt64) -> Item {
        var frame = Frame(bytes: piece.bytes, length: piece.length)
        if frame.isTruncated { frame.endAtCharacter() }
        return Item(frame: frame, range: piece.start..<end)
    }
}
