import Glibc

/// CEL's math extension.
enum MathFunctions {
    static let table: [ExpressionFunction] = [
        .global("math.greatest", 1...256, greatest), .global("math.least", 1...256, least),
        .global("math.ceil", rounding("math.ceil", .up)), .global("math.floor", rounding("math.floor", .down)),
        .global("math.round", rounding("math.round", .toNearestOrAwayFromZero)),
        .global("math.trunc", rounding("math.trunc", .towardZero)),
        .global("math.abs", abs), .global("math.sign", sign), .global("math.sqrt", sqrt),
        .global("math.isNaN", predicate("math.isNaN") { $0.isNaN }),
        .global("math.isInf", predicate("math.isInf") { $0.isInfinite }),
        .global("math.isFinite", predicate("math.isFinite") { $0.isFinite }),
        .global("math.bitAnd", bits("math.bitAnd") { $0 & $1 }), .global("math.bitOr", bits("math.bitOr") { $0 | $1 }),
        .global("math.bitXor", bits("math.bitXor") { $0 ^ $1 }), .global("math.bitNot", bitNot),
        .global("math.bitShiftLeft", shift("math.bitShiftLeft") { $0 << $1 }),
        .global("math.bitShiftRight", shift("math.bitShiftRight") { $0 >> $1 }),
    ]

    private static let greatest: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        try extreme("math.greatest", .greater, values, &meter)
    }

    private static let least: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        try extreme("math.least", .less, values, &meter)
    }

    /// The value before or behind all others; of one argument that is a list, among its elements.
    private static func extreme(
        _ name: String, _ operation: ExpressionNode.Operator, _ values: [Value], _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> Value {
        let candidates = if values.count == 1, case .list(let elements) = values[0] { elements } else { values }
        try meter.charge(candidates.count)
        guard var best = candidates.first else { throw .outOfRange("\(name) of an empty list") }
        for candidate in candidates {
            guard candidate.number != nil else { throw .noOverload(name, candidate.typeName) }
            if try ExpressionComparison.ordered(operation, candidate, best) { best = candidate }
        }
        return best
    }

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> ExpressionFunction.Unary {
        { value, _ throws(ExpressionProblem) in
            guard case .double(let number) = value else { throw .noOverload(name, value.typeName) }
            return .double(number.rounded(rule))
        }
    }

    private static func predicate(
        _ name: String, _ holds: @escaping @Sendable (Double) -> Bool
    ) -> ExpressionFunction.Unary {
        { value, _ throws(ExpressionProblem) in
            guard case .double(let number) = value else { throw .noOverload(name, value.typeName) }
            return .bool(holds(number))
        }
    }

    private static let abs: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .uint: return value
        case .int(let number):
            guard number != .min else { throw .overflow }
            return .int(Swift.abs(number))
        case .double(let number): return .double(Swift.abs(number))
        default: throw .noOverload("math.abs", value.typeName)
        }
    }

    private static let sign: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .uint(let number): .uint(number == 0 ? 0 : 1)
        case .int(let number): .int(number.signum())
        case .double(let number): number.isNaN || number == 0 ? value : .double(number < 0 ? -1 : 1)
        default: throw .noOverload("math.sign", value.typeName)
        }
    }

    private static let sqrt: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard let number = value.number else { throw .noOverload("math.sqrt", value.typeName) }
        return .double(number.squareRoot())
    }

    private static func bits(
        _ name: String, _ operation: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> ExpressionFunction.Binary {
        { left, right, _ throws(ExpressionProblem) in
            switch (left, right) {
            case (.uint(let left), .uint(let right)): .uint(operation(left, right))
            case (.int(let left), .int(let right)):
                .int(Int64(bitPattern: operation(UInt64(bitPattern: left), UInt64(bitPattern: right))))
            default: throw .noOverload(name, left.typeName, right.typeName)
            }
        }
    }

    private static let bitNot: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        switch value {
        case .uint(let number): .uint(~number)
        case .int(let number): .int(~number)
        default: throw .noOverload("math.bitNot", value.typeName)
        }
    }

    /// Shifts of the bits, whatever the sign; by 64 and more nothing is left.
    private static func shift(
        _ name: String, _ operation: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> ExpressionFunction.Binary {
        { value, count, _ throws(ExpressionProblem) in
            guard case .int(let count) = count else { throw .noOverload(name, value.typeName, count.typeName) }
            guard count >= 0 else { throw .outOfRange("a shift by \(count)") }
            switch value {
            case .uint(let number): return .uint(operation(number, UInt64(count)))
            case .int(let number): return .int(Int64(bitPattern: operation(UInt64(bitPattern: number), UInt64(count))))
            default: throw .noOverload(name, value.typeName, "int")
            }
        }
    }
}
