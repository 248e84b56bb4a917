import ExhaustCore

/// What the tests of the detectors' structures make their cases of.
struct Randomness {
    private var generator: SeededGenerator

    init(seed: Int) { generator = SeededGenerator(seed: UInt64(seed)) }

    mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }

    mutating func double(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }

    mutating func chance(_ share: Double) -> Bool { double(0...1) < share }

    /// Times of `count` events within `span`, with many that are equal, in order.
    mutating func times(_ count: Int, span: Int) -> [Timestamp] {
        (0..<count).map { _ in int(0...span) }.sorted().map { Timestamp(seconds: 1_800_000_000 + Int64($0)) }
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &generator) }
}

extension EventIdentity {
    static func number(_ number: Int) -> EventIdentity { EventIdentity(source: "//web-01/test/0", id: "\(number)") }
}

/// The value after it was written and read again, as a snapshot does.
func reread<Content: Codable>(_ content: Content) throws -> Content {
    try ValueDecoder().decode(Content.self, from: try ValueEncoder().encode(content))
}
