/// Equality and order. Numbers compare by value across int, uint and double; strings by code point.
enum ExpressionComparison {
    /// Whether two values are equal; values of different kinds are not.
    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(equal)
        case (.map(let left), .map(let right)):
            return left.count == right.count
                && left.entries.allSatisfy { entry in right[entry.key].map { equal(entry.value, $0) } ?? false }
        case (.int, _), (.uint, _), (.double, _): return numbers(left, right) == .equal
        default: return left == right
        }
    }

    /// Whether `left` stands before `right`, or is equal where `orEqual` says so.
    static func ordered(
        _ operation: ExpressionNode.Operator, _ left: Value, _ right: Value
    ) throws(ExpressionProblem) -> Bool {
        guard let order = order(left, right) else {
            throw .noOverload("'\(operation.rawValue)'", left.typeName, right.typeName)
        }
        switch operation {
        case .less: return order == .less
        case .lessOrEqual: return order == .less || order == .equal
        case .greater: return order == .greater
        default: return order == .greater || order == .equal
        }
    }

    private enum Order { case less, equal, greater, unordered }

    /// The order of two values; `nil` if their types have none.
    private static func order(_ left: Value, _ right: Value) -> Order? {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): of(left ? 1 : 0, right ? 1 : 0)
        case (.string(let left), .string(let right)): sequences(left.utf8, right.utf8)
        case (.bytes(let left), .bytes(let right)): sequences(left, right)
        case (.timestamp(let left), .timestamp(let right)): of(left, right)
        case (.duration(let left), .duration(let right)): of(left, right)
        default: numbers(left, right)
        }
    }

    private static func of<T: Comparable>(_ left: T, _ right: T) -> Order {
        left < right ? .less : left == right ? .equal : .greater
    }

    private static func sequences(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Order {
        if left.elementsEqual(right) { return .equal }
        return left.lexicographicallyPrecedes(right) ? .less : .greater
    }

    private static func numbers(_ left: Value, _ right: Value) -> Order? {
        switch (left, right) {
        case (.int(let left), .int(let right)): of(left, right)
        case (.uint(let left), .uint(let right)): of(left, right)
        case (.int(let left), .uint(let right)): left < 0 ? .less : of(UInt64(left), right)
        case (.uint(let left), .int(let right)): right < 0 ? .greater : of(left, UInt64(right))
        case (.double(let left), .double(let right)): left.isNaN || right.isNaN ? .unordered : of(left, right)
        case (.double(let left), .int(let right)): mixed(left, right)
        case (.double(let left), .uint(let right)): mixed(left, right)
        case (.int(let left), .double(let right)): reversed(mixed(right, left))
        case (.uint(let left), .double(let right)): reversed(mixed(right, left))
        default: nil
        }
    }

    /// A double against an integer as a double, which rounds integers above 2^53, as the specification has it.
    private static func mixed(_ left: Double, _ right: some FixedWidthInteger) -> Order {
        left.isNaN ? .unordered : of(left, Double(right))
    }

    private static func reversed(_ order: Order) -> Order {
        switch order {
        case .less: .greater
        case .greater: .less
        case .equal, .unordered: order
        }
    }
}
