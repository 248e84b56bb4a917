import CLinux
import Glibc

/// The functions of the language definition, without conversions and the parts of times.
enum CoreFunctions {
    static let table: [ExpressionFunction] =
        Conversions.table + [
            .global("size", size), .method("size", size),
            .global("type") { value, _ in .computed(.type(ExpressionTypes.name(of: value))) },
            .global("dyn") { value, _ in value },
            .pattern(isMethod: true), .pattern(isMethod: false),
            .method("startsWith", startsWith), .method("endsWith", endsWith), .method("contains", contains),
        ]

    private static let size: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let elements): .int(Int64(elements.count))
        case .map(let entries): .int(Int64(entries.count))
        case .computed(.map(let map)): .int(Int64(map.entries.count))
        default: throw .noOverload("size", value.typeName)
        }
    }

    private static let startsWith: ExpressionFunction.Binary = { value, part, _ throws(ExpressionProblem) in
        var (text, part) = try strings("startsWith", value, part)
        guard text.utf8.count >= part.utf8.count else { return false }
        return .bool(text.withUTF8 { text in part.withUTF8 { part in isEqual(text, at: 0, part) } })
    }

    private static let endsWith: ExpressionFunction.Binary = { value, part, _ throws(ExpressionProblem) in
        var (text, part) = try strings("endsWith", value, part)
        let start = text.utf8.count - part.utf8.count
        guard start >= 0 else { return false }
        return .bool(text.withUTF8 { text in part.withUTF8 { part in isEqual(text, at: start, part) } })
    }

    private static let contains: ExpressionFunction.Binary = { value, part, _ throws(ExpressionProblem) in
        var (text, part) = try strings("contains", value, part)
        return .bool(text.withUTF8 { text in part.withUTF8 { part in find(part, in: text) } })
    }

    private static func isEqual(
        _ text: UnsafeBufferPointer<UInt8>, at start: Int, _ part: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let base = text.baseAddress, let wanted = part.baseAddress else { return part.isEmpty }
        return memcmp(base + start, wanted, part.count) == 0
    }

    private static func find(_ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !part.isEmpty else { return true }
        guard let start = text.baseAddress, let wanted = part.baseAddress else { return false }
        return exhaust_find(start, text.count, wanted, part.count) != nil
    }

    private static func strings(
        _ name: String, _ value: Value, _ part: Value
    ) throws(ExpressionProblem) -> (String, String) {
        guard case .string(let text) = value, case .string(let part) = part else {
            throw .noOverload(name, value.typeName, part.typeName)
        }
        return (text, part)
    }
}
