import Glibc

/// `"…".format([…])`: `%s %d %f %e %b %o %x %X`, with a precision for `%f` and `%e`, and `%%`.
struct ExpressionFormatter {
    private static let precisionLimit = 1000
    private let values: [Value]
    private var next = 0

    init(_ values: [Value]) { self.values = values }

    mutating func text(_ pattern: String, _ meter: inout ExpressionMeter) throws(ExpressionProblem) -> String {
        var text = ""
        var rest = pattern.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == "%" {
                rest.removeFirst()
                text += "%"
                continue
            }
            let precision = try precision(&rest)
            guard let verb = rest.popFirst() else { throw .outOfRange("a format that ends within a clause") }
            guard next < values.count else { throw .indexOutOfRange(.int(Int64(next))) }
            let clause = try clause(verb, precision, values[next], &meter)
            try meter.charge(1 + clause.utf8.count / 16)
            text += clause
            next += 1
        }
        return text
    }

    private func precision(_ rest: inout Substring.UnicodeScalarView) throws(ExpressionProblem) -> Int? {
        guard rest.first == "." else { return nil }
        rest.removeFirst()
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest.removeFirst(digits.count)
        guard let precision = Int(String(digits)), precision <= Self.precisionLimit else {
            throw .outOfRange("a precision of '\(String(digits))'")
        }
        return precision
    }

    private func clause(
        _ verb: Unicode.Scalar, _ precision: Int?, _ value: Value, _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> String {
        switch (verb, value) {
        case ("s", _): return try plain(value, &meter)
        case ("d", .int(let number)): return String(number)
        case ("d", .uint(let number)): return String(number)
        case ("d", .double(let number)):
            return number.isFinite ? ValueText.text(of: number) : Self.special(number)
        case ("f", _), ("e", _):
            guard let number = value.number else { break }
            guard number.isFinite else { return Self.special(number) }
            return Self.printed(number, precision ?? 6, isScientific: verb == "e")
        case ("b", .bool(let flag)): return flag ? "1" : "0"
        case ("b", _): if let text = Self.digits(value, radix: 2) { return text }
        case ("o", _): if let text = Self.digits(value, radix: 8) { return text }
        case ("x", _), ("X", _):
            let text =
                switch value {
                case .string(let text): Self.hex(text.utf8)
                case .bytes(let bytes): Self.hex(bytes)
                default: Self.digits(value, radix: 16)
                }
            if let text { return verb == "X" ? text.uppercased() : text }
        default: break
        }
        throw .noOverload("%\(verb)", value.typeName)
    }

    private static func digits(_ value: Value, radix: Int) -> String? {
        switch value {
        case .int(let number): String(number, radix: radix)
        case .uint(let number): String(number, radix: radix)
        default: nil
        }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func special(_ number: Double) -> String {
        number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }

    /// As printf(3) writes it, rounding halves of the exact value to even.
    private static func printed(_ number: Double, _ precision: Int, isScientific: Bool) -> String {
        var buffer = [CChar](repeating: 0, count: precision + 330)
        let count = withVaList([Int32(precision), number]) { arguments in
            vsnprintf(&buffer, buffer.count, isScientific ? "%.*e" : "%.*f", arguments)
        }
        return String(decoding: buffer.prefix(Int(max(count, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// `%s`: strings bare at every level, maps by the text of their keys.
    private func plain(_ value: Value, _ meter: inout ExpressionMeter) throws(ExpressionProblem) -> String {
        try meter.charge()
        try meter.charge(for: value)
        switch value {
        case .double(let number) where !number.isFinite: return Self.special(number)
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .list(let elements):
            var texts: [String] = []
            for element in elements { texts.append(try plain(element, &meter)) }
            return "[" + texts.joined(separator: ", ") + "]"
        case .map(let map): return try plain(map.entries.map { (.string($0.key), $0.value) }, &meter)
        case .computed(.map(let map)): return try plain(map.entries, &meter)
        default: return ValueText.plain(value)
        }
    }

    private func plain(
        _ entries: [(key: Value, value: Value)], _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> String {
        var texts: [(key: String, value: String)] = []
        for entry in entries { texts.append((try plain(entry.key, &meter), try plain(entry.value, &meter))) }
        texts.sort { $0.key < $1.key }
        return "{" + texts.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
}
