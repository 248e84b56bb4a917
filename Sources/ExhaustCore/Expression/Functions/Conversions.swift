/// The functions that turn a value into one of another type.
enum Conversions {
    static let table: [ExpressionFunction] = [
        .global("int", int), .global("uint", uint), .global("double", double), .global("string", string),
        .global("bool", bool), .global("bytes", bytes), .global("timestamp", timestamp),
        .global("duration", duration),
    ]

    private static let int: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .int: return value
        case .uint(let number):
            guard let number = Int64(exactly: number) else { throw .outOfRange("\(number) as int") }
            return .int(number)
        case .double(let number):
            // The specification's range is open: the doubles at the ends are already rounded.
            guard number > -0x1p63, number < 0x1p63 else { throw .outOfRange("\(number) as int") }
            return .int(Int64(number))
        case .string(let text):
            guard let number = Int64(text) else { throw .outOfRange("'\(text)' as int") }
            return .int(number)
        case .timestamp(let time): return .int(time.seconds)
        default: throw .noOverload("int", value.typeName)
        }
    }

    private static let uint: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .uint: return value
        case .int(let number):
            guard let number = UInt64(exactly: number) else { throw .outOfRange("\(number) as uint") }
            return .uint(number)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw .outOfRange("\(number) as uint") }
            return .uint(UInt64(number))
        case .string(let text):
            guard let number = UInt64(text) else { throw .outOfRange("'\(text)' as uint") }
            return .uint(number)
        default: throw .noOverload("uint", value.typeName)
        }
    }

    private static let double: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        if let number = value.number { return .double(number) }
        guard case .string(let text) = value else { throw .noOverload("double", value.typeName) }
        guard let number = Double(text) else { throw .outOfRange("'\(text)' as double") }
        return .double(number)
    }

    private static let string: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .outOfRange("bytes as UTF-8 text") }
            return .string(text)
        case .null, .list, .map, .computed(.map), .computed(.optional), .computed(.type):
            throw .noOverload("string", value.typeName)
        default: return .string(ValueText.plain(value))
        }
    }

    private static let bool: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .bool: return value
        case .string("1"), .string("t"), .string("true"), .string("TRUE"), .string("True"): return .bool(true)
        case .string("0"), .string("f"), .string("false"), .string("FALSE"), .string("False"): return .bool(false)
        case .string(let text): throw .outOfRange("'\(text)' as bool")
        default: throw .noOverload("bool", value.typeName)
        }
    }

    private static let bytes: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .bytes: return value
        case .string(let text): return .bytes(Array(text.utf8))
        default: throw .noOverload("bytes", value.typeName)
        }
    }

    private static let timestamp: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .timestamp: return value
        case .int(let seconds): return .timestamp(try ExpressionArithmetic.inRange(Timestamp(seconds: seconds)))
        case .string(let text):
            guard let time = Timestamp(rfc3339: text) else { throw .outOfRange("'\(text)' as timestamp") }
            return .timestamp(try ExpressionArithmetic.inRange(time))
        default: throw .noOverload("timestamp", value.typeName)
        }
    }

    private static let duration: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .duration: return value
        case .string(let text):
            guard let duration = Duration(text: text) else { throw .outOfRange("'\(text)' as duration") }
            return .duration(try ExpressionArithmetic.inRange(duration))
        default: throw .noOverload("duration", value.typeName)
        }
    }
}
