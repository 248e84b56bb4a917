import ExhaustCore

/// Collects the bytes of a snapshot. Texts that come again and again stand once, in a table.
final class SnapshotSink {
    private var bytes: [UInt8] = []
    private var table: [UInt8] = []
    private var places: [String: Int] = [:]
    /// Longer texts are not likely to come again.
    private static let longest = 256

    /// How many bytes there are so far.
    var count: Int { bytes.count + table.count }

    /// The table and the values.
    func finish() -> [UInt8] {
        var whole: [UInt8] = []
        whole.reserveCapacity(count + 10)
        Self.append(UInt64(places.count), to: &whole)
        whole += table
        whole += bytes
        return whole
    }

    /// Begins a value.
    func begin(_ tag: SnapshotTag) { bytes.append(tag.rawValue) }

    func write(_ number: Int64) {
        begin(.int)
        Self.append(Self.zigzag(number), to: &bytes)
    }

    func write(_ number: UInt64) {
        begin(.uint)
        Self.append(number, to: &bytes)
    }

    func write(_ number: Double) {
        begin(.double)
        withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    func write(_ text: String) {
        guard text.utf8.count <= Self.longest else {
            begin(.text)
            Self.append(text, to: &bytes)
            return
        }
        begin(.knownText)
        writeKey(text)
    }

    /// A key of a map: a place in the table, whatever its length.
    func writeKey(_ text: String) {
        let next = places.count
        let place = places[text] ?? next
        if place == next {
            places[text] = next
            Self.append(text, to: &table)
        }
        Self.append(UInt64(place), to: &bytes)
    }

    func write(_ time: Timestamp) {
        begin(.timestamp)
        Self.append(Self.zigzag(time.seconds), to: &bytes)
        Self.append(UInt64(time.nanoseconds), to: &bytes)
    }

    func write(_ duration: Duration) {
        begin(.duration)
        Self.append(Self.zigzag(duration.components.seconds), to: &bytes)
        Self.append(Self.zigzag(duration.components.attoseconds), to: &bytes)
    }

    func write(_ value: Value) {
        switch value {
        case .null: begin(.null)
        case .computed(let value): write(value.plain)
        case .bool(let flag): begin(flag ? .yes : .no)
        case .int(let number): write(number)
        case .uint(let number): write(number)
        case .double(let number): write(number)
        case .string(let text): write(text)
        case .timestamp(let time): write(time)
        case .duration(let duration): write(duration)
        case .bytes(let raw):
            begin(.bytes)
            Self.append(UInt64(raw.count), to: &bytes)
            bytes += raw
        case .list(let elements):
            let start = open(.list)
            for element in elements { write(element) }
            close(start)
        case .map(let map):
            let start = open(.map)
            for (key, element) in map.entries {
                writeKey(key)
                write(element)
            }
            close(start)
        }
    }

    /// Begins a list or a map; what it gives ends it.
    func open(_ tag: SnapshotTag) -> Int {
        begin(tag)
        bytes.append(contentsOf: [0, 0, 0, 0])
        return bytes.count
    }

    func close(_ start: Int) {
        let length = UInt32(clamping: bytes.count - start).littleEndian
        withUnsafeBytes(of: length) { for (index, byte) in $0.enumerated() { bytes[start - 4 + index] = byte } }
    }

    private static func zigzag(_ number: Int64) -> UInt64 { UInt64(bitPattern: (number << 1) ^ (number >> 63)) }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        append(UInt64(text.utf8.count), to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
