/// What stands before each value in a snapshot. Numbers are LEB128, signed ones in zigzag.
enum SnapshotTag: UInt8 {
    case null, no, yes
    /// A signed number, or one above `Int64.max`.
    case int, uint
    /// 8 bytes, little-endian.
    case double
    /// A length and UTF-8 bytes, or a place in the table of texts that stands before the values.
    case text, knownText
    case bytes
    /// Seconds and nanoseconds; seconds and attoseconds.
    case timestamp, duration
    /// A length in bytes (4, little-endian), so that it can be skipped, and the elements, or keys and elements.
    case list, map
}
