/// The functions that turn a value into one of another type.
enum ExpressionConversion {
    static let int: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .int: return values[0]
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
        default: throw .noOverload("int", values[0].typeName)
        }
    }

    static let uint: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .uint: return values[0]
        case .int(let number):
            guard let number = UInt64(exactly: number) else { throw .outOfRange("\(number) as uint") }
            return .uint(number)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw .outOfRange("\(number) as uint") }
            return .uint(UInt64(number))
        case .string(let text):
            guard let number = UInt64(text) else { throw .outOfRange("'\(text)' as uint") }
            return .uint(number)
        default: throw .noOverload("uint", values[0].typeName)
        }
    }

    static let double: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        if let number = values[0].number { return .double(number) }
        guard case .string(let text) = values[0] else { throw .noOverload("double", values[0].typeName) }
        guard let number = Double(text) else { throw .outOfRange("'\(text)' as double") }
        return .double(number)
    }

    static let string: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .outOfRange("bytes as UTF-8 text") }
            return .string(text)
        case .null, .list, .map: throw .noOverload("string", values[0].typeName)
        default: return .string(ValueText.plain(values[0]))
        }
    }

    static let bool: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .bool: return values[0]
        case .string("1"), .string("t"), .string("true"), .string("TRUE"), .string("True"): return .bool(true)
        case .string("0"), .string("f"), .string("false"), .string("FALSE"), .string("False"): return .bool(false)
        case .string(let text): throw .outOfRange("'\(text)' as bool")
        default: throw .noOverload("bool", values[0].typeName)
        }
    }

    static let bytes: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .bytes: return values[0]
        case .string(let text): return .bytes(Array(text.utf8))
        default: throw .noOverload("bytes", values[0].typeName)
        }
    }

    static let timestamp: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .timestamp: return values[0]
        case .int(let seconds): return .timestamp(try ExpressionArithmetic.inRange(Timestamp(seconds: seconds)))
        case .string(let text):
            guard let time = Timestamp(rfc3339: text) else { throw .outOfRange("'\(text)' as timestamp") }
            return .timestamp(try ExpressionArithmetic.inRange(time))
        default: throw .noOverload("timestamp", values[0].typeName)
        }
    }

    static let duration: ExpressionFunction.Body = { values throws(ExpressionProblem) in
        switch values[0] {
        case .duration: return values[0]
        case .string(let text):
            guard let duration = Duration(text: text) else { throw .outOfRange("'\(text)' as duration") }
            return .duration(try ExpressionArithmetic.inRange(duration))
        default: throw .noOverload("duration", values[0].typeName)
        }
    }
}
