/// The operators `+ - * / %` and unary minus: no mixing of number types, and overflow is an error.
enum ExpressionArithmetic {
    typealias Operator = ExpressionNode.Operator

    static func apply(_ operation: Operator, _ left: Value, _ right: Value) throws(ExpressionProblem) -> Value {
        switch (left, right) {
        case (.int(let left), .int(let right)): return .int(try integers(operation, left, right))
        case (.uint(let left), .uint(let right)): return .uint(try integers(operation, left, right))
        case (.double(let left), .double(let right)):
            switch operation {
            case .add: return .double(left + right)
            case .subtract: return .double(left - right)
            case .multiply: return .double(left * right)
            case .divide: return .double(left / right)
            default: throw .noOverload("'%'", "double", "double")
            }
        default:
            if let value = joined(operation, left, right) { return value }
            if let value = try times(operation, left, right) { return value }
            throw .noOverload("'\(operation.rawValue)'", left.typeName, right.typeName)
        }
    }

    static func negate(_ value: Value) throws(ExpressionProblem) -> Value {
        switch value {
        case .int(let number):
            guard number != .min else { throw .overflow }
            return .int(-number)
        case .double(let number): return .double(-number)
        default: throw .noOverload("'-'", value.typeName)
        }
    }

    private static func integers<T: FixedWidthInteger>(
        _ operation: Operator, _ left: T, _ right: T
    ) throws(ExpressionProblem) -> T {
        if right == 0, operation == .divide || operation == .modulo { throw .divisionByZero }
        let (result, overflow) =
            switch operation {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            case .divide: left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        guard !overflow else { throw .overflow }
        return result
    }

    private static func joined(_ operation: Operator, _ left: Value, _ right: Value) -> Value? {
        guard operation == .add else { return nil }
        switch (left, right) {
        case (.string(let left), .string(let right)): return .string(left + right)
        case (.bytes(let left), .bytes(let right)): return .bytes(left + right)
        case (.list(let left), .list(let right)): return .list(left + right)
        default: return nil
        }
    }

    private static func times(
        _ operation: Operator, _ left: Value, _ right: Value
    ) throws(ExpressionProblem) -> Value? {
        switch (operation, left, right) {
        case (.add, .timestamp(let time), .duration(let span)), (.add, .duration(let span), .timestamp(let time)):
            return .timestamp(try inRange(time + span))
        case (.add, .duration(let left), .duration(let right)): return .duration(try inRange(left + right))
        case (.subtract, .timestamp(let time), .duration(let span)): return .timestamp(try inRange(time - span))
        case (.subtract, .timestamp(let left), .timestamp(let right)): return .duration(try inRange(left - right))
        case (.subtract, .duration(let left), .duration(let right)): return .duration(try inRange(left - right))
        default: return nil
        }
    }

    /// Refuses moments before the year 1 or after 9999.
    static func inRange(_ time: Timestamp) throws(ExpressionProblem) -> Timestamp {
        guard (-62_135_596_800...253_402_300_799).contains(time.seconds) else { throw .outOfRange("timestamp") }
        return time
    }

    /// Refuses spans that 64 bits of nanoseconds do not hold, about 292 years.
    static func inRange(_ duration: Duration) throws(ExpressionProblem) -> Duration {
        guard (-9_223_372_036...9_223_372_036).contains(duration.components.seconds) else {
            throw .outOfRange("duration")
        }
        return duration
    }
}
