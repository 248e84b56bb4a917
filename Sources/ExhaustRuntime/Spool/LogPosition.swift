/// A place in a segment log.
package struct LogPosition: Sendable, Hashable, Comparable {
    /// The number of the segment; it need not exist any more.
    package var segment: UInt64
    /// Bytes from the beginning of its file.
    package var offset: Int

    package init(segment: UInt64, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    package static func < (left: LogPosition, right: LogPosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }
}

/// Where a record stands.
package struct LogPlace: Sendable, Hashable {
    package let start: LogPosition
    /// Behind its last byte.
    package let end: LogPosition
}
