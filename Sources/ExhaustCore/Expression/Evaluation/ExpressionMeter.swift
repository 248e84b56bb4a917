/// The steps that one evaluation has taken: one a node, and one for every 16 bytes or elements that are handled.
struct ExpressionMeter {
    /// Steps that one evaluation may take.
    static let limit = 1_000_000

    private var steps = 0

    /// Counts steps; the limit ends the evaluation whatever surrounds it.
    @inline(__always)
    mutating func charge(_ count: Int = 1) throws(ExpressionProblem) {
        steps &+= count
        if steps > Self.limit || count > Self.limit { throw .costExceeded(limit: Self.limit) }
    }

    /// Counts the steps for `count` bytes `times` over, before they are made.
    mutating func charge(bytes count: Int, times: Int = 1) throws(ExpressionProblem) {
        let (product, isTooLarge) = count.multipliedReportingOverflow(by: times)
        try charge(isTooLarge ? .max : product / 16)
    }

    /// Counts the steps for handling a value's own content, not what its elements hold.
    mutating func charge(for value: Value) throws(ExpressionProblem) {
        switch value {
        case .string(let text): try charge(text.utf8.count / 16)
        case .bytes(let bytes): try charge(bytes.count / 16)
        case .list(let elements): try charge(elements.count / 16)
        case .computed(.map(let map)): try charge(map.entries.count / 16)
        default: break
        }
    }

    /// Counts the steps for walking all of a value. Values share their parts, so that a few steps can make one that is
    /// too large to write down.
    mutating func charge(forAllOf value: Value) throws(ExpressionProblem) {
        try charge()
        switch value {
        case .list(let elements): for element in elements { try charge(forAllOf: element) }
        case .map(let map): for entry in map.entries { try charge(forAllOf: entry.value) }
        case .computed(.map(let map)): for entry in map.entries { try charge(forAllOf: entry.value) }
        case .computed(.optional(let content?)): try charge(forAllOf: content)
        default: try charge(for: value)
        }
    }
}
