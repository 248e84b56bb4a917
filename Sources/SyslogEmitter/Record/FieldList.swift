import ExhaustCore

/// Fields in the making, whose texts are parts of one message. Their keys differ from each other.
struct FieldList {
    let bytes: [UInt8]
    private var fields: [ValueMap.Entry] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
        fields.reserveCapacity(18)
    }

    var map: ValueMap { ValueMap(unique: fields) }

    mutating func add(_ key: String, _ value: Value) { fields.append((key, value)) }

    /// Adds the text of `range`, with U+FFFD for what is not UTF-8.
    mutating func add(_ key: String, text range: Range<Int>) {
        fields.append((key, .string(String(decoding: bytes[range], as: UTF8.self))))
    }
}

extension [UInt8] {
    /// Whether this is well-formed UTF-8; fast for ASCII.
    var isUTF8: Bool {
        var high: UInt8 = 0
        for byte in self { high |= byte }
        return high < 0x80 || String(validating: self, as: UTF8.self) != nil
    }
}
