/// A set of numbers that mostly come in order, as ranges: one range while nothing is missing.
struct SeenNumbers: Sendable {
    /// In order, with gaps between them.
    private var ranges: [ClosedRange<UInt64>] = []
    private static let limit = 1024

    /// Adds `number`; says whether it was missing. With too many gaps the lowest range is forgotten.
    mutating func insert(_ number: UInt64) -> Bool {
        // The first range that ends at or after the number; usually none, since numbers grow.
        let index = ranges.last.map { $0.upperBound < number } == true ? ranges.count : firstEnding(atOrAfter: number)
        if index < ranges.count, ranges[index].contains(number) { return false }
        let joinsLower = index > 0 && ranges[index - 1].upperBound + 1 == number
        let joinsUpper = index < ranges.count && number < .max && ranges[index].lowerBound == number + 1
        switch (joinsLower, joinsUpper) {
        case (true, true):
            ranges[index - 1] = ranges[index - 1].lowerBound...ranges[index].upperBound
            ranges.remove(at: index)
        case (true, false): ranges[index - 1] = ranges[index - 1].lowerBound...number
        case (false, true): ranges[index] = number...ranges[index].upperBound
        case (false, false):
            ranges.insert(number...number, at: index)
            if ranges.count > Self.limit { ranges.removeFirst() }
        }
        return true
    }

    private func firstEnding(atOrAfter number: UInt64) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SeenNumbers: Codable {
    init(from decoder: any Decoder) throws {
        let bounds = try [UInt64](from: decoder)
        ranges = stride(from: 0, to: bounds.count - 1, by: 2).compactMap { index in
            bounds[index] <= bounds[index + 1] ? bounds[index]...bounds[index + 1] : nil
        }
    }

    func encode(to encoder: any Encoder) throws {
        try ranges.flatMap { [$0.lowerBound, $0.upperBound] }.encode(to: encoder)
    }
}
