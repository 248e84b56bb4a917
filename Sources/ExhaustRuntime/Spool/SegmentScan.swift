package import ExhaustCore

/// Goes through a segment's bytes from record to record, and past what is no record to the next that is one.
package struct SegmentScan {
    /// What stands in a stretch of the segment.
    package enum Item: Sendable {
        case batch(EventBatch, total: UInt64)
        /// Nothing: an earlier repair.
        case skipped
        /// Bytes that are no record. `weight` is what was lost with them, as far as the records around them tell; `nil`
        /// at the end, where nothing follows that would tell.
        case damaged(weight: UInt64?)
        /// The beginning of a record at the end of the file: the process died or the disk was full while it was written.
        case torn
    }

    /// An item and where it stands.
    package struct Found: Sendable {
        package let item: Item
        package let range: Range<Int>
    }

    private let bytes: [UInt8]
    private var offset: Int
    /// The weight of everything before `offset`, as far as it is known.
    private var expected: UInt64?

    /// A scan of a segment's file from `offset` on, before which records of `expected` weight were written.
    package init(_ bytes: [UInt8], from offset: Int = SegmentHeader.size, expected: UInt64? = nil) {
        self.bytes = bytes
        self.offset = offset
        self.expected = expected ?? SegmentHeader(bytes)?.total
    }

    /// The next item; `nil` at the end.
    package mutating func next() -> Found? {
        guard offset < bytes.count else { return nil }
        let start = offset
        switch content(at: start) {
        case .batch(let batch, let total, let size):
            offset += size
            expected = total + batch.weight
            return Found(item: .batch(batch, total: total), range: start..<offset)
        case .skip(let size, let total):
            offset += size
            expected = total
            return Found(item: .skipped, range: start..<offset)
        case .cut where !hasRecord(behind: start):
            offset = bytes.count
            return Found(item: .torn, range: start..<offset)
        case .damaged, .cut, .nothing: return damage(from: start)
        }
    }

    private func content(at offset: Int) -> SpoolRecord.Content {
        bytes.withUnsafeBytes { SpoolRecord.read(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    }

    private func hasRecord(behind start: Int) -> Bool { nextRecord(from: start + 1) != nil }

    /// Where the next record that can be relied upon begins, and what was written before it.
    private func nextRecord(from start: Int) -> (offset: Int, total: UInt64?)? {
        var place = start
        while place + SpoolRecord.headerSize <= bytes.count {
            // The first byte of both marks.
            guard let found = bytes[place...].firstIndex(of: 0x45) else { return nil }
            place = found
            switch content(at: place) {
            case .batch(_, let total, _), .damaged(_, let total, _): return (place, total)
            case .skip: return (place, nil)
            case .cut, .nothing: place += 1
            }
        }
        return nil
    }

    private mutating func damage(from start: Int) -> Found {
        // A record that says what it was but whose body is damaged tells its own weight.
        var known: UInt64?
        var from = start + 1
        if case .damaged(let weight, let total, let size) = content(at: start) {
            known = weight
            from = start + size
            expected = total
        }
        let next = nextRecord(from: from)
        offset = next?.offset ?? bytes.count
        defer { expected = next?.total ?? expected.map { $0 + (known ?? 0) } }
        if let total = next?.total, let expected {
            return Found(item: .damaged(weight: total >= expected ? total - expected : 0), range: start..<offset)
        }
        return Found(item: .damaged(weight: known), range: start..<offset)
    }

    /// The weight of everything before where the scan stands, as far as it is known.
    package var total: UInt64? { expected }
}
