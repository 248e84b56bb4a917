import ExhaustCore

/// The bytes of a snapshot with its table of texts, and how to read and pass over its values.
final class SnapshotSource {
    let bytes: [UInt8]
    let table: [String]
    /// Where a text stands in the table.
    let places: [String: Int]
    /// Where the values begin.
    let start: Int

    struct Damage: Error, CustomStringConvertible {
        let offset: Int
        var description: String { "the bytes at \(offset) make no sense" }
    }

    init(_ bytes: [UInt8]) throws(Damage) {
        self.bytes = bytes
        var position = 0
        let count = try Self.number(bytes, &position)
        var table: [String] = []
        for _ in 0..<count { table.append(try Self.text(bytes, &position)) }
        self.table = table
        places = Dictionary(zip(table, table.indices)) { first, _ in first }
        start = position
    }

    func tag(_ position: inout Int) throws(Damage) -> SnapshotTag {
        guard position < bytes.count, let tag = SnapshotTag(rawValue: bytes[position]) else {
            throw Damage(offset: position)
        }
        position += 1
        return tag
    }

    func number(_ position: inout Int) throws(Damage) -> UInt64 { try Self.number(bytes, &position) }

    func signed(_ position: inout Int) throws(Damage) -> Int64 {
        let number = try number(&position)
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// A place in the table.
    func place(_ position: inout Int) throws(Damage) -> Int {
        let number = try number(&position)
        guard number < table.count else { throw Damage(offset: position) }
        return Int(number)
    }

    func text(_ tag: SnapshotTag, _ position: inout Int) throws(Damage) -> String {
        if tag == .knownText { return table[try place(&position)] }
        return try Self.text(bytes, &position)
    }

    func double(_ position: inout Int) throws(Damage) -> Double {
        guard position + 8 <= bytes.count else { throw Damage(offset: position) }
        let bits = bytes[position..<position + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        position += 8
        return Double(bitPattern: bits)
    }

    func timestamp(_ position: inout Int) throws(Damage) -> Timestamp {
        let seconds = try signed(&position)
        let nanoseconds = try number(&position)
        guard nanoseconds < 1_000_000_000 else { throw Damage(offset: position) }
        return Timestamp(seconds: seconds, nanoseconds: Int64(nanoseconds))
    }

    func duration(_ position: inout Int) throws(Damage) -> Duration {
        Duration(secondsComponent: try signed(&position), attosecondsComponent: try signed(&position))
    }

    /// Where the list or map whose tag was read ends.
    func end(_ position: inout Int) throws(Damage) -> Int {
        guard position + 4 <= bytes.count else { throw Damage(offset: position) }
        let length = bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        position += 4
        guard position + length <= bytes.count else { throw Damage(offset: position) }
        return position + length
    }

    /// Passes over a value.
    func skip(_ position: inout Int) throws(Damage) {
        switch try tag(&position) {
        case .null, .no, .yes: break
        case .int, .uint, .knownText: _ = try number(&position)
        case .double: _ = try double(&position)
        case .timestamp, .duration:
            _ = try number(&position)
            _ = try number(&position)
        case .text, .bytes: position = try Self.end(bytes, &position)
        case .list, .map: position = try end(&position)
        }
    }

    func value(_ position: inout Int) throws(Damage) -> Value {
        switch try tag(&position) {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .int: return .int(try signed(&position))
        case .uint: return .uint(try number(&position))
        case .double: return .double(try double(&position))
        case .timestamp: return .timestamp(try timestamp(&position))
        case .duration: return .duration(try duration(&position))
        case .text: return .string(try text(.text, &position))
        case .knownText: return .string(try text(.knownText, &position))
        case .bytes:
            let end = try Self.end(bytes, &position)
            defer { position = end }
            return .bytes(Array(bytes[position..<end]))
        case .list:
            let end = try end(&position)
            var elements: [Value] = []
            while position < end { elements.append(try value(&position)) }
            return .list(elements)
        case .map:
            let end = try end(&position)
            var map = ValueMap()
            while position < end {
                let key = table[try place(&position)]
                map[key] = try value(&position)
            }
            return .map(map)
        }
    }

    private static func number(_ bytes: [UInt8], _ position: inout Int) throws(Damage) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Damage(offset: position)
    }

    /// Where the bytes whose length comes next end.
    private static func end(_ bytes: [UInt8], _ position: inout Int) throws(Damage) -> Int {
        let length = try number(bytes, &position)
        guard length <= UInt64(bytes.count - position) else { throw Damage(offset: position) }
        return position + Int(length)
    }

    private static func text(_ bytes: [UInt8], _ position: inout Int) throws(Damage) -> String {
        let end = try end(bytes, &position)
        defer { position = end }
        guard let text = String(validating: bytes[position..<end], as: UTF8.self) else {
            throw Damage(offset: position)
        }
        return text
    }
}
