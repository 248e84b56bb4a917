import Glibc

/// Equality and order. Numbers compare by value across int, uint and double; strings by code point.
enum ExpressionComparison {
    /// Whether two values are equal; values of different kinds are not.
    static func equal(
        _ left: Value, _ right: Value, _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try meter.charge(bytes: left.utf8.count)
            return sameBytes(left, right)
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            for (one, other) in zip(left, right) {
                try meter.charge()
                guard try equal(one, other, &meter) else { return false }
            }
            return true
        case (.map(let left), .map(let right)):
            guard left.count == right.count else { return false }
            for entry in left.entries {
                try meter.charge()
                guard let other = right[entry.key], try equal(entry.value, other, &meter) else { return false }
            }
            return true
        case (.int, _), (.uint, _), (.double, _): return numbers(left, right) == .equal
        case (.computed(let left), .computed(let right)): return try equal(left, right, &meter)
        case (.bytes(let left), .bytes(let right)):
            try meter.charge(bytes: left.count)
            return left == right
        default: return left == right
        }
    }

    private static func equal(
        _ left: ComputedValue, _ right: ComputedValue, _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> Bool {
        switch (left, right) {
        case (.map(let left), .map(let right)):
            guard left.entries.count == right.entries.count else { return false }
            for entry in left.entries {
                try meter.charge()
                guard let other = right[entry.key], try equal(entry.value, other, &meter) else { return false }
            }
            return true
        case (.optional(let left?), .optional(let right?)): return try equal(left, right, &meter)
        default: return left == right
        }
    }

    /// Whether two strings have the same code points; Swift's `==` takes composed and decomposed ones for equal.
    @inline(__always)
    static func sameBytes(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        var (left, right) = (left, right)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard let one = left.baseAddress, let other = right.baseAddress else { return true }
                return memcmp(one, other, left.count) == 0
            }
        }
    }

    /// Whether `value` is an element of a list or a key of a map.
    static func contained(
        _ value: Value, in container: Value, _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> Bool {
        switch container {
        case .list(let elements):
            for element in elements {
                try meter.charge()
                if try equal(element, value, &meter) { return true }
            }
            return false
        case .map(let map):
            guard case .string(let key) = value else { return false }
            try meter.charge(bytes: key.utf8.count)
            return map[key] != nil
        case .computed(.map(let map)):
            try meter.charge(for: value)
            return map[value] != nil
        default: throw .noOverload("'in'", value.typeName, container.typeName)
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
