/// CEL's list extension; `reverse` stands with the strings, and all that take longer than one pass charge for it.
enum ListFunctions {
    static let table: [ExpressionFunction] = [
        .global("lists.range", range), .method("slice", 3...3, slice), .method("flatten", 1...2, flatten),
        .method("sort", sort), .method("distinct", distinct), .method("first", first), .method("last", last),
    ]

    private static let range: ExpressionFunction.Unary = { value, meter throws(ExpressionProblem) in
        guard case .int(let count) = value else { throw .noOverload("lists.range", value.typeName) }
        guard count >= 0 else { throw .outOfRange("a range of \(count)") }
        try meter.charge(Int(count))
        return .list((0..<count).map { .int($0) })
    }

    private static let slice: ExpressionFunction.Variadic = { values, _ throws(ExpressionProblem) in
        guard case .list(let elements) = values[0], case .int(let start) = values[1], case .int(let end) = values[2]
        else { throw .noOverload("slice", values[0].typeName, values[1].typeName) }
        guard 0 <= start, start <= end, end <= elements.count else {
            throw .outOfRange("slice from \(start) to \(end)")
        }
        return .list(Array(elements[Int(start)..<Int(end)]))
    }

    private static let flatten: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        guard case .list(let elements) = values[0], case .int(let depth) = values.count == 2 ? values[1] : 1 else {
            throw .noOverload("flatten", values[0].typeName)
        }
        guard depth >= 0 else { throw .outOfRange("a depth of \(depth)") }
        var flat: [Value] = []
        try append(elements, depth, to: &flat, &meter)
        return .list(flat)
    }

    private static func append(
        _ elements: [Value], _ depth: Int64, to flat: inout [Value], _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) {
        for element in elements {
            try meter.charge()
            if depth > 0, case .list(let inner) = element {
                try append(inner, depth - 1, to: &flat, &meter)
            } else {
                flat.append(element)
            }
        }
    }

    private static let sort: ExpressionFunction.Unary = { value, meter throws(ExpressionProblem) in
        guard case .list(let elements) = value else { throw .noOverload("sort", value.typeName) }
        guard let first = elements.first else { return value }
        let rounds = Int.bitWidth - elements.count.leadingZeroBitCount
        for element in elements {
            _ = try ExpressionComparison.ordered(.less, first, element)
            for _ in 0..<rounds { try meter.charge(for: element) }
            try meter.charge(rounds)
        }
        // No comparison fails, since all are of one kind.
        return .list(elements.sorted { (try? ExpressionComparison.ordered(.less, $0, $1)) ?? false })
    }

    private static let distinct: ExpressionFunction.Unary = { value, meter throws(ExpressionProblem) in
        guard case .list(let elements) = value else { throw .noOverload("distinct", value.typeName) }
        var kept: [Value] = []
        for element in elements where !(try ExpressionComparison.contained(element, in: .list(kept), &meter)) {
            kept.append(element)
        }
        return .list(kept)
    }

    private static let first: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .list(let elements) = value else { throw .noOverload("first", value.typeName) }
        return .computed(.optional(elements.first))
    }

    private static let last: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .list(let elements) = value else { throw .noOverload("last", value.typeName) }
        return .computed(.optional(elements.last))
    }
}
