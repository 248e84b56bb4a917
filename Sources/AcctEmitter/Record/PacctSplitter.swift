/// Cuts a pacct file, given in pieces, into records.
///
/// Records follow each other without marks. Where bytes are none (a short write on a full disk leaves part of one,
/// and shifts all that follow), the splitter looks for the next bytes that can be one and says what it left out.
package struct PacctSplitter: Sendable {
    /// What was found next.
    package enum Item: Sendable, Hashable {
        /// A record, which starts at `offset` of the file.
        case record(AcctRecord, offset: UInt64)
        /// Bytes that are no record.
        case skipped(Skipped)
    }

    /// Bytes that were left out, and why.
    package struct Skipped: Sendable, Hashable {
        package let offset: UInt64
        package let count: Int
        package let reason: AcctRecord.Refusal
    }

    /// Where in the file the next item starts: everything before it was handed out.
    package private(set) var offset: UInt64
    private var pending: [UInt8] = []
    private var start = 0
    private var lost: (offset: UInt64, reason: AcctRecord.Refusal)?

    /// A splitter whose first piece starts at `offset` of the file.
    package init(offset: UInt64 = 0) { self.offset = offset }

    /// Adds the next piece of the file.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        pending.removeFirst(start)
        start = 0
        pending.append(contentsOf: bytes)
    }

    /// The next item; `nil` if more bytes are needed to tell.
    package mutating func next() -> Item? {
        while pending.count - start >= AcctRecord.size {
            let bytes = pending[start..<start + AcctRecord.size]
            do throws(AcctRecord.Refusal) {
                let record = try AcctRecord.decode(bytes)
                if let lost, Self.isLikely(bytes) { return .skipped(found(lost)) }
                if lost == nil {
                    let found = offset
                    advance(AcctRecord.size)
                    return .record(record, offset: found)
                }
            } catch {
                if lost == nil { lost = (offset, error) }
            }
            advance(1)
        }
        return nil
    }

    /// What is left over at the end of the file: part of a record, or bytes after a loss. `nil` if all is read.
    package mutating func finish() -> Skipped? {
        let rest = pending.count - start
        guard rest > 0 || lost != nil else { return nil }
        let reason = lost ?? (offset, .truncated(rest))
        advance(rest)
        return found(reason)
    }

    private mutating func found(_ loss: (offset: UInt64, reason: AcctRecord.Refusal)) -> Skipped {
        lost = nil
        return Skipped(offset: loss.offset, count: Int(clamping: offset - loss.offset), reason: loss.reason)
    }

    private mutating func advance(_ count: Int) {
        start += count
        offset += UInt64(count)
    }

    /// Whether `bytes`, which decode, are in place and not a shifted view: only known flags, a start time, and a
    /// name of printable characters followed by nothing but zeros.
    private static func isLikely(_ bytes: ArraySlice<UInt8>) -> Bool {
        let name = bytes.suffix(16)
        let text = name.prefix { (32...126).contains($0) }
        let hasStart = bytes.dropFirst(24).prefix(4).contains { $0 != 0 }
        return bytes.first.map { $0 < 0x40 } == true && hasStart && !text.isEmpty
            && name.dropFirst(text.count).allSatisfy { $0 == 0 }
    }
}
