import ExhaustCore

/// One HTTP call, checked.
struct HTTPRequest: Sendable, Hashable {
    enum Method: String, Sendable, CaseIterable {
        case get, post, put, delete, head

        /// Whether a request of this method may carry a body.
        var takesBody: Bool { self == .post || self == .put || self == .delete }
    }

    var method: Method
    var url: String
    /// Names and values, in order.
    var headers: [(name: String, value: String)]
    var body: [UInt8]?
    var expected: ExpectedStatus

    static func == (left: HTTPRequest, right: HTTPRequest) -> Bool {
        left.method == right.method && left.url == right.url && left.body == right.body
            && left.expected == right.expected
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(method)
        hasher.combine(url)
    }
}

/// The statuses that count as success.
struct ExpectedStatus: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<Int>]

    /// 200 to 299.
    static let success = ExpectedStatus(ranges: [200...299])

    private init(ranges: [ClosedRange<Int>]) { self.ranges = ranges }

    /// Reads a status, a range such as `200-299`, or a list of both; `nil` for anything else.
    init?(_ value: Value) {
        let elements = value.list ?? [value]
        ranges = elements.compactMap(Self.range)
        guard !elements.isEmpty, ranges.count == elements.count else { return nil }
    }

    func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

    private static func range(_ value: Value) -> ClosedRange<Int>? {
        let parts: [Int?]
        switch value {
        case .int(let status): parts = [Int(status)]
        case .string(let text): parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        default: return nil
        }
        guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2,
            (100...599).contains(first), (first...599).contains(max(first, last)), last >= first
        else { return nil }
        return first...last
    }
}
