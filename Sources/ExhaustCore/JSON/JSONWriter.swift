/// Writes values as compact JSON into a byte buffer: no intermediate objects, one pass.
public enum JSONWriter {
    /// The JSON text of `value`.
    public static func bytes(of value: Value) -> [UInt8] {
        var buffer: [UInt8] = []
        append(value, to: &buffer)
        return buffer
    }

    /// Appends `value`. Doubles that JSON cannot say (infinities, NaN) become null.
    public static func append(_ value: Value, to buffer: inout [UInt8]) {
        switch value {
        case .null: append(raw: "null", to: &buffer)
        case .bool(let flag): append(raw: flag ? "true" : "false", to: &buffer)
        case .int(let number): append(number, to: &buffer)
        case .uint(let number): append(raw: String(number), to: &buffer)
        case .double(let number): append(raw: number.isFinite ? String(number) : "null", to: &buffer)
        case .string(let text): append(text, to: &buffer)
        case .bytes(let bytes): append(Base64.encode(bytes), to: &buffer)
        case .timestamp(let time): append(time.description, to: &buffer)
        case .duration(let duration): append("\(duration.inSeconds)s", to: &buffer)
        case .list(let elements): append(elements, to: &buffer)
        case .map(let map): append(map, to: &buffer)
        case .computed(let value): append(value.plain, to: &buffer)
        }
    }

    /// Appends an object.
    public static func append(_ map: ValueMap, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "{"))
        for (index, entry) in map.entries.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(entry.key, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            append(entry.value, to: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    /// Appends a list.
    public static func append(_ elements: [Value], to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(element, to: &buffer)
        }
        buffer.append(UInt8(ascii: "]"))
    }

    /// Appends a string with its quotes, escaping only what RFC 8259 section 7 says must be.
    public static func append(_ text: String, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let end = plainEnd(of: bytes, from: start)
                buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
                guard end < bytes.count else { break }
                appendEscape(of: bytes[end], to: &buffer)
                start = end + 1
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// Where the first byte stands, from `start` on, that must be escaped. Looks at eight bytes at a time: a byte of a
    /// word is below n where subtracting n borrows from it (Anderson, "Bit Twiddling Hacks", determine if a word has a
    /// byte less than n); a byte above 127 is none of those in question.
    private static func plainEnd(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while index + 8 <= bytes.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let (quote, slash) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5c))
            let low = (word &- ones &* 0x20) & ~word
            let marks = (low | (quote &- ones) & ~quote | (slash &- ones) & ~slash) & (ones &* 0x80)
            if marks != 0 { break }
            index += 8
        }
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5c { index += 1 }
        return index
    }

    /// Appends an integer.
    static func append(_ number: Int64, to buffer: inout [UInt8]) {
        if number < 0 { buffer.append(UInt8(ascii: "-")) }
        append(number.magnitude, to: &buffer)
    }

    /// Appends a number of any size without a sign.
    static func append(_ number: UInt64, to buffer: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, start) = (number, 20)
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            buffer.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends text that is JSON already.
    static func append(raw text: String, to buffer: inout [UInt8]) {
        var text = text
        text.withUTF8 { buffer.append(contentsOf: $0) }
    }

    /// Appends text that is JSON already.
    static func append(raw text: StaticString, to buffer: inout [UInt8]) {
        buffer.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func appendEscape(of byte: UInt8, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5c: buffer.append(byte)
        case 0x0a: buffer.append(UInt8(ascii: "n"))
        case 0x0d: buffer.append(UInt8(ascii: "r"))
        case 0x09: buffer.append(UInt8(ascii: "t"))
        default:
            let hex = Array("0123456789abcdef".utf8)
            buffer.append(contentsOf: "u00".utf8)
            buffer.append(hex[Int(byte >> 4)])
            buffer.append(hex[Int(byte & 15)])
        }
    }
}
