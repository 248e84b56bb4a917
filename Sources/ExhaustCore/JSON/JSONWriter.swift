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
        case .int(let number): append(raw: String(number), to: &buffer)
        case .uint(let number): append(raw: String(number), to: &buffer)
        case .double(let number): append(raw: number.isFinite ? String(number) : "null", to: &buffer)
        case .string(let text): append(text, to: &buffer)
        case .bytes(let bytes): append(Base64.encode(bytes), to: &buffer)
        case .timestamp(let time): append(time.description, to: &buffer)
        case .duration(let duration): append("\(duration.inSeconds)s", to: &buffer)
        case .list(let elements): append(elements, to: &buffer)
        case .map(let map): append(map, to: &buffer)
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
            for index in bytes.indices where bytes[index] < 0x20 || bytes[index] == 0x22 || bytes[index] == 0x5c {
                buffer.append(contentsOf: bytes[start..<index])
                appendEscape(of: bytes[index], to: &buffer)
                start = index + 1
            }
            buffer.append(contentsOf: bytes[start...])
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// Appends text that is JSON already.
    static func append(raw text: String, to buffer: inout [UInt8]) { buffer.append(contentsOf: text.utf8) }

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
