/// A strict JSON reader (RFC 8259) for input that nobody vouches for.
///
/// It refuses what others accept and differ about: duplicate keys, lone surrogates, bytes that are not UTF-8,
/// raw control characters, integers beyond 64 bits, anything after the value. Nesting and size are bounded, so
/// hostile input costs no more than its length.
public struct JSONReader {
    /// Bounds on what is read.
    public struct Limits: Sendable {
        /// Levels of lists and objects.
        public var depth: Int
        /// Bytes of the whole text.
        public var bytes: Int

        /// Limits; the defaults fit every message that the broker lets through.
        public init(depth: Int = 32, bytes: Int = 1 << 20) {
            self.depth = depth
            self.bytes = bytes
        }
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var position = 0
    private var path: [PathStep] = []

    private enum PathStep {
        case key(String)
        case index(Int)
    }

    private init(_ bytes: [UInt8], limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads one JSON value with nothing but white space around it.
    public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) -> Value {
        var reader = JSONReader(bytes, limits: limits)
        guard bytes.count <= limits.bytes else { throw reader.error(.tooLarge(limit: limits.bytes)) }
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.error(.trailingBytes) }
        return value
    }

    /// Reads one JSON value from text.
    public static func parse(_ text: String, limits: Limits = Limits()) throws(JSONError) -> Value {
        try parse(Array(text.utf8), limits: limits)
    }

    private mutating func value() throws(JSONError) -> Value {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return .map(try object())
        case UInt8(ascii: "["): return .list(try list())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(JSONError) -> ValueMap {
        try enter()
        var map = ValueMap()
        skipSpace()
        if skip("}") { return map }
        repeat {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw unexpected() }
            let start = position
            let key = try string()
            guard map[key] == nil else { throw JSONError(.duplicateKey(key), offset: start, path: pathText) }
            skipSpace()
            guard skip(":") else { throw unexpected() }
            path.append(.key(key))
            map.append(key, try value())
            path.removeLast()
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw unexpected() }
        return map
    }

    private mutating func list() throws(JSONError) -> [Value] {
        try enter()
        var elements: [Value] = []
        skipSpace()
        if skip("]") { return elements }
        repeat {
            path.append(.index(elements.count))
            elements.append(try value())
            path.removeLast()
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw unexpected() }
        return elements
    }

    private mutating func enter() throws(JSONError) {
        guard path.count < limits.depth else { throw error(.tooDeep(limit: limits.depth)) }
        position += 1
    }

    private mutating func literal(_ text: StaticString, _ value: Value) throws(JSONError) -> Value {
        for index in 0..<text.utf8CodeUnitCount {
            guard try peek() == text.utf8Start[index] else { throw unexpected() }
            position += 1
        }
        return value
    }
}

// MARK: Numbers

extension JSONReader {
    private mutating func number() throws(JSONError) -> Value {
        let start = position
        let negative = skip("-")
        let first = try peek()
        guard isDigit(first) else { throw negative ? error(.invalidNumber) : unexpected() }
        let magnitude = integerDigits()
        if first == UInt8(ascii: "0"), position - start > (negative ? 2 : 1) { throw error(.invalidNumber) }
        var isInteger = true
        if skip(".") {
            isInteger = false
            guard skipDigits() else { throw error(.invalidNumber) }
        }
        if skip("e") || skip("E") {
            isInteger = false
            _ = skip("+") || skip("-")
            guard skipDigits() else { throw error(.invalidNumber) }
        }
        guard isInteger else { return try double(from: start) }
        guard let magnitude else { throw JSONError(.numberOutOfRange, offset: start, path: pathText) }
        if negative {
            guard magnitude <= UInt64(Int64.max) + 1 else {
                throw JSONError(.numberOutOfRange, offset: start, path: pathText)
            }
            return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        }
        return magnitude <= UInt64(Int64.max) ? .int(Int64(magnitude)) : .uint(magnitude)
    }

    /// Reads digits; `nil` if they exceed 64 bits.
    private mutating func integerDigits() -> UInt64? {
        var number: UInt64? = 0
        while position < bytes.count, isDigit(bytes[position]) {
            let digit = UInt64(bytes[position] - UInt8(ascii: "0"))
            number = number.flatMap { sum in
                let (tens, high) = sum.multipliedReportingOverflow(by: 10)
                let (total, carry) = tens.addingReportingOverflow(digit)
                return high || carry ? nil : total
            }
            position += 1
        }
        return number
    }

    private func double(from start: Int) throws(JSONError) -> Value {
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
            throw JSONError(.numberOutOfRange, offset: start, path: pathText)
        }
        return .double(number)
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
        return position > start
    }

    private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

// MARK: Strings

extension JSONReader {
    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        var isASCII = true
        while true {
            let byte = try peek()
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error(.controlCharacter(byte)) }
            if byte >= 0x80 { isASCII = false }
            position += 1
        }
        let range = start..<position
        let text =
            isASCII ? String(decoding: bytes[range], as: UTF8.self) : try validated(bytes[range], at: start)
        position += 1
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var decoded = Array(bytes[start..<position])
        while true {
            let byte = try peek()
            position += 1
            if byte == UInt8(ascii: "\"") { return try validated(decoded[...], at: start) }
            if byte == UInt8(ascii: "\\") {
                try appendEscape(to: &decoded)
            } else if byte >= 0x20 {
                decoded.append(byte)
            } else {
                throw error(.controlCharacter(byte))
            }
        }
    }

    private mutating func appendEscape(to decoded: inout [UInt8]) throws(JSONError) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "b"): decoded.append(8)
        case UInt8(ascii: "f"): decoded.append(12)
        case UInt8(ascii: "n"): decoded.append(10)
        case UInt8(ascii: "r"): decoded.append(13)
        case UInt8(ascii: "t"): decoded.append(9)
        case UInt8(ascii: "u"): decoded.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw error(.invalidEscape)
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let high = try hexDigits()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xd800..<0xdc00).contains(high), skip("\\"), skip("u") else { throw error(.invalidEscape) }
        let low = try hexDigits()
        guard (0xdc00..<0xe000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
        else { throw error(.invalidEscape) }
        return scalar
    }

    private mutating func hexDigits() throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else { throw error(.invalidEscape) }
            number = number << 4 | UInt32(digit)
            position += 1
        }
        return number
    }

    private func validated(_ text: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw JSONError(.invalidUTF8, offset: start, path: pathText)
        }
        return string
    }
}

// MARK: Position

extension JSONReader {
    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[position]
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 {
            guard [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) else { return }
            position += 1
        }
    }

    private func unexpected() -> JSONError {
        position < bytes.count ? error(.unexpected(bytes[position])) : error(.unexpectedEnd)
    }

    private func error(_ problem: JSONError.Problem) -> JSONError {
        JSONError(problem, offset: position, path: pathText)
    }

    private var pathText: String {
        path.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
