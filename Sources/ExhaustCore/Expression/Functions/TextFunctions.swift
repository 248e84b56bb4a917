import Glibc

/// The rest of CEL's string extension, and its encoders: `format`, `quote`, `reverse`, base64.
enum TextFunctions {
    static let table: [ExpressionFunction] = [
        .method("format", format), .method("reverse", reverse), .global("strings.quote", quote),
        .global("base64.encode", encode), .global("base64.decode", decode),
    ]

    private static let format: ExpressionFunction.Binary = { value, arguments, meter throws(ExpressionProblem) in
        guard case .string(let pattern) = value, case .list(let values) = arguments else {
            throw .noOverload("format", value.typeName, arguments.typeName)
        }
        var formatter = ExpressionFormatter(values)
        return .string(try formatter.text(pattern, &meter))
    }

    private static let reverse: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .string(let text):
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: text.unicodeScalars.reversed())
            return .string(String(scalars))
        case .list(let elements): return .list(elements.reversed())
        default: throw .noOverload("reverse", value.typeName)
        }
    }

    private static let quote: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .string(let text) = value else { throw .noOverload("strings.quote", value.typeName) }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if let escape = escapes[scalar] { quoted += escape } else { quoted.unicodeScalars.append(scalar) }
        }
        return .string(quoted + "\"")
    }

    private static let escapes: [Unicode.Scalar: String] = [
        "\u{7}": "\\a", "\u{8}": "\\b", "\u{c}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{b}": "\\v",
        "\\": "\\\\", "\"": "\\\"",
    ]

    private static let encode: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .bytes(let bytes) = value else { throw .noOverload("base64.encode", value.typeName) }
        return .string(Base64.encode(bytes))
    }

    private static let decode: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .string(let text) = value else { throw .noOverload("base64.decode", value.typeName) }
        let padding = text.utf8.last == UInt8(ascii: "=") ? 0 : (4 - text.utf8.count % 4) % 4
        guard let bytes = Base64.decode(text + String(repeating: "=", count: padding)) else {
            throw .outOfRange("text as base64")
        }
        return .bytes(bytes)
    }
}
