import Glibc

/// A function or method that expressions can call.
struct ExpressionFunction: Sendable {
    typealias Body = @Sendable ([Value]) throws(ExpressionProblem) -> Value

    let name: String
    /// The number of values it takes, the receiver of a method included.
    let count: Int
    let body: Body

    /// The function called `name(…)`, or the method called `value.name(…)`.
    static func named(_ name: String, isMethod: Bool) -> ExpressionFunction? {
        isMethod ? methods[name] : globals[name]
    }

    /// The known name that is nearest to `name`.
    static func nearest(to name: String, isMethod: Bool) -> String? {
        Spelling.nearest(to: name, among: isMethod ? methods.keys : globals.keys)
    }

    private static let globals = table([
        ("size", 1, size),
        ("int", 1, ExpressionConversion.int), ("uint", 1, ExpressionConversion.uint),
        ("double", 1, ExpressionConversion.double), ("string", 1, ExpressionConversion.string),
        ("bool", 1, ExpressionConversion.bool), ("bytes", 1, ExpressionConversion.bytes),
        ("timestamp", 1, ExpressionConversion.timestamp), ("duration", 1, ExpressionConversion.duration),
        ("dyn", 1, { values throws(ExpressionProblem) in values[0] }),
    ])

    private static let methods = table([
        ("size", 1, size), ("startsWith", 2, startsWith), ("endsWith", 2, endsWith), ("contains", 2, contains),
        ("lowerAscii", 1, lowerASCII), ("upperAscii", 1, upperASCII),
    ])

    private static func table(_ rows: [(String, Int, Body)]) -> [String: ExpressionFunction] {
        Dictionary(uniqueKeysWithValues: rows.map { ($0, ExpressionFunction(name: $0, count: $1, body: $2)) })
    }
}

extension ExpressionFunction {
    private static let size: Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let elements): .int(Int64(elements.count))
        case .map(let entries): .int(Int64(entries.count))
        default: throw .noOverload("size", values[0].typeName)
        }
    }

    private static let startsWith: Body = { values throws(ExpressionProblem) in
        let (text, part) = try strings("startsWith", values)
        return .bool(text.utf8.starts(with: part.utf8))
    }

    private static let endsWith: Body = { values throws(ExpressionProblem) in
        let (text, part) = try strings("endsWith", values)
        return .bool(text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8))
    }

    private static let contains: Body = { values throws(ExpressionProblem) in
        var (text, part) = try strings("contains", values)
        return .bool(text.withUTF8 { text in part.withUTF8 { part in find(part, in: text) } })
    }

    private static func find(_ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = text.baseAddress, let wanted = part.baseAddress, let first = part.first else {
            return part.isEmpty
        }
        var position = 0
        while position + part.count <= text.count {
            let room = text.count - part.count + 1 - position
            guard let hit = memchr(start + position, Int32(first), room) else { return false }
            if memcmp(hit, wanted, part.count) == 0 { return true }
            position = UnsafeRawPointer(hit) - UnsafeRawPointer(start) + 1
        }
        return false
    }

    private static let lowerASCII: Body = { values throws(ExpressionProblem) in
        guard case .string(let text) = values[0] else { throw .noOverload("lowerAscii", values[0].typeName) }
        return .string(String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self))
    }

    private static let upperASCII: Body = { values throws(ExpressionProblem) in
        guard case .string(let text) = values[0] else { throw .noOverload("upperAscii", values[0].typeName) }
        return .string(String(decoding: text.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self))
    }

    private static func strings(_ name: String, _ values: [Value]) throws(ExpressionProblem) -> (String, String) {
        guard case .string(let text) = values[0], case .string(let part) = values[1] else {
            throw .noOverload(name, values[0].typeName, values[1].typeName)
        }
        return (text, part)
    }
}
