import ExhaustCore
import ExhaustRuntime

/// Reads one accounting file from a position towards its growing end.
struct PacctTail {
    let file: PacctFile
    private var splitter: PacctSplitter
    private var readOffset: UInt64
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

    /// Whether the last read came to the end of the file, so that what comes next was written after it.
    private(set) var isAtEnd = false

    /// Starts at `offset` of `file`.
    init(_ file: PacctFile, offset: UInt64 = 0) {
        self.file = file
        splitter = PacctSplitter(offset: offset)
        readOffset = offset
    }

    /// Everything before this byte was handed out.
    var offset: UInt64 { splitter.offset }

    /// Reads on. `nil` at the end of the file; a record of which only a part is there is waited for.
    mutating func read() throws -> [PacctSplitter.Item]? {
        let count = try file.read(into: &buffer, at: readOffset)
        isAtEnd = count < buffer.count
        guard count > 0 else { return nil }
        readOffset += UInt64(count)
        splitter.append(buffer[..<count])
        var items: [PacctSplitter.Item] = []
        items.reserveCapacity(count / AcctRecord.size + 1)
        while let item = splitter.next() { items.append(item) }
        return items
    }

    /// Whether somebody cut the file below what was read; it is then read from its start.
    mutating func restartIfCut() throws -> Bool {
        guard try file.state().size < readOffset else { return false }
        splitter = PacctSplitter()
        readOffset = 0
        return true
    }

    /// What is left over, once nothing will be added to the file.
    mutating func finish() -> PacctSplitter.Skipped? { splitter.finish() }

    /// The position to go on from after a restart.
    func position(_ numbering: Numbering) throws -> Position {
        Position(identity: file.identity, offset: offset, head: try file.head(), numbering: numbering)
    }
}
