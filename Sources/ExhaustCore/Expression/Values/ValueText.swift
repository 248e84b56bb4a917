/// Values as text: what `string()` and templates say.
enum ValueText {
    /// The value as it reads in a sentence: strings bare, numbers and times as `string()` writes them, lists and maps
    /// as JSON.
    static func plain(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .double(let number): text(of: number)
        case .timestamp(let time): text(of: time)
        case .duration(let duration): text(of: duration)
        case .computed(let value): plain(value.plain)
        case .null, .bool, .int, .uint, .bytes, .list, .map:
            String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
        }
    }

    /// The value with strings quoted, for messages.
    static func literal(_ value: Value) -> String {
        if case .string(let text) = value { return "'\(text)'" }
        return plain(value)
    }

    /// The shortest text that reads back as the same double; whole numbers without a fraction.
    static func text(of number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// RFC 3339 in UTC with as many digits of the second as needed, none for a whole one.
    static func text(of time: Timestamp) -> String {
        var bytes: [UInt8] = []
        time.appendRFC3339(to: &bytes)
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return String(decoding: bytes, as: UTF8.self) }
        let digits = trimmed(bytes[(point + 1)...].dropLast())
        let fraction = digits.isEmpty ? [] : [UInt8(ascii: ".")] + digits
        return String(decoding: bytes[..<point] + fraction + [UInt8(ascii: "Z")], as: UTF8.self)
    }

    /// Seconds with as many digits as needed and an `s`, as the JSON form of protobuf's Duration.
    static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = String((attoseconds / 1_000_000_000).magnitude)
        let padded = String(repeating: "0", count: 9 - nanoseconds.utf8.count) + nanoseconds
        let digits = String(decoding: trimmed(Array(padded.utf8)[...]), as: UTF8.self)
        let sign = seconds < 0 || attoseconds < 0 ? "-" : ""
        return sign + String(seconds.magnitude) + (digits.isEmpty ? "" : "." + digits) + "s"
    }

    private static func trimmed(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var digits = digits
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return digits
    }
}
