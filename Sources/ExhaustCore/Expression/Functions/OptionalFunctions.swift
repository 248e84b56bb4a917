/// CEL's optional values. `optMap` and `optFlatMap` are macros, `or` and `orValue` evaluate their argument last.
enum OptionalFunctions {
    static let table: [ExpressionFunction] = [
        .global("optional.of") { value, _ in .computed(.optional(value)) },
        .global("optional.none", 0...0) { _, _ in .computed(.optional(nil)) },
        .global("optional.ofNonZeroValue") { value, _ in .computed(.optional(isZero(value) ? nil : value)) },
        .method("hasValue", hasValue), .method("value", value),
        .alternative("or", isOptional: true), .alternative("orValue", isOptional: false),
    ]

    private static let hasValue: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .computed(.optional(let content)) = value else { throw .noOverload("hasValue", value.typeName) }
        return .bool(content != nil)
    }

    private static let value: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .computed(.optional(let content)) = value else { throw .noOverload("value", value.typeName) }
        guard let content else { throw .noValue }
        return content
    }

    private static func isZero(_ value: Value) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let map): map.isEmpty
        case .timestamp(let time): time == Timestamp(seconds: 0)
        case .duration(let duration): duration == .zero
        case .computed(.optional(let content)): content == nil
        case .computed: false
        }
    }
}
