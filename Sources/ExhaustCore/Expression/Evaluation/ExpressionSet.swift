/// The elements of a literal list, for `in`: strings and integers are looked up, whatever else there is compared.
struct ExpressionSet: Sendable {
    private let elements: [Value]
    private let strings: Set<String>
    private let integers: Set<Int64>
    /// Whether a number can only equal an integer in `integers`.
    private let hasOtherNumbers: Bool

    init(_ elements: [Value]) {
        self.elements = elements
        strings = Set(elements.compactMap(\.string))
        integers = Set(elements.compactMap(\.int))
        hasOtherNumbers = elements.contains { $0.number != nil && $0.int == nil }
    }

    func contains(_ value: Value, _ meter: inout ExpressionMeter) throws(ExpressionProblem) -> Bool {
        switch value {
        case .string(let text):
            try meter.charge(bytes: text.utf8.count)
            // Strings that Swift calls equal may differ in bytes.
            guard let place = strings.firstIndex(of: text) else { return false }
            if ExpressionComparison.sameBytes(strings[place], text) { return true }
        case .int(let number) where !hasOtherNumbers: return integers.contains(number)
        default: break
        }
        return try ExpressionComparison.contained(value, in: .list(elements), &meter)
    }
}
