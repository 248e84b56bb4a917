import ExhaustCore

/// STRUCTURED-DATA of RFC 5424 section 6.3.
enum StructuredData {
    /// Why the bytes are no structured data.
    struct Flaw: Error {
        let reason: String
    }

    /// Reads one or more elements `[id name="value" …]` up to the last one's `]`.
    static func parse(_ cursor: inout ByteCursor) throws(Flaw) -> ValueMap {
        guard cursor.next == UInt8(ascii: "[") else { throw Flaw(reason: "missing") }
        var elements = ValueMap()
        while cursor.skip(UInt8(ascii: "[")) {
            let id = try name(&cursor, of: "an element's id")
            var parameters = elements[id]?.map ?? ValueMap()
            while true {
                cursor.skipBlanks()
                if cursor.skip(UInt8(ascii: "]")) { break }
                let key = try name(&cursor, of: "a parameter's name")
                guard cursor.skip(UInt8(ascii: "=")), cursor.skip(UInt8(ascii: "\"")) else {
                    throw Flaw(reason: "no =\" after parameter \"\(key)\"")
                }
                let new = Value.string(try value(&cursor, of: key))
                // A parameter may repeat (section 6.3.3); no value of it may be lost.
                switch parameters[key] {
                case nil: parameters[key] = new
                case .list(let values)?: parameters[key] = .list(values + [new])
                case let value?: parameters[key] = .list([value, new])
                }
            }
            elements[id] = .map(parameters)
        }
        return elements
    }

    /// SD-NAME: anything but `=`, space, `]` and `"`.
    private static func name(_ cursor: inout ByteCursor, of what: String) throws(Flaw) -> String {
        let start = cursor.position
        loop: while let byte = cursor.next {
            switch byte {
            case UInt8(ascii: "="), UInt8(ascii: " "), UInt8(ascii: "]"), UInt8(ascii: "\""), 0...31: break loop
            default: cursor.position += 1
            }
        }
        guard cursor.position > start else { throw Flaw(reason: "\(what) is missing at byte \(start)") }
        return String(decoding: cursor.bytes[start..<cursor.position], as: UTF8.self)
    }

    /// PARAM-VALUE up to its closing quote. `\"`, `\\` and `\]` are escapes; any other backslash is itself.
    private static func value(_ cursor: inout ByteCursor, of key: String) throws(Flaw) -> String {
        let start = cursor.position
        var escaped = false
        while let byte = cursor.next, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), isEscapable(cursor.peek(1)) {
                escaped = true
                cursor.position += 1
            }
            cursor.position += 1
        }
        let raw = cursor.bytes[start..<cursor.position]
        guard cursor.skip(UInt8(ascii: "\"")) else {
            throw Flaw(reason: "the value of \"\(key)\" is not closed")
        }
        return String(decoding: escaped ? unescaped(raw) : raw, as: UTF8.self)
    }

    private static func isEscapable(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "]")
    }

    private static func unescaped(_ raw: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: ArraySlice<UInt8> = []
        result.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            if raw[index] == UInt8(ascii: "\\"), index + 1 < raw.endIndex, isEscapable(raw[index + 1]) { index += 1 }
            result.append(raw[index])
            index += 1
        }
        return result
    }
}
