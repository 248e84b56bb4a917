/// A Bloom filter in blocks of 256 bits, each value with one bit in each of the eight words of its block: one cache
/// line a look (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", WEA 2007; Parquet has
/// it in this form). 12 bits for each value that it is made for.
struct SplitBlockFilter: Sendable, Hashable, Codable {
    private var words: [UInt32]

    /// Odd numbers, each of which picks a word's bit out of the same hash.
    private static let factors: [UInt32] = [
        0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f, 0x1656_67b1, 0xd3a2_646d, 0xfd70_46c5, 0xb55a_4f09,
    ]

    /// A filter for about `values` values; with more, it takes ever more for known.
    init(values: Int) {
        words = Array(repeating: 0, count: 8 * max(1, (values * 12 + 255) / 256))
    }

    /// Adds a value by its hash. True if it was surely missing.
    mutating func insert(_ hash: UInt64) -> Bool {
        let block = 8 * Int(((hash >> 32) &* UInt64(words.count / 8)) >> 32)
        var isNew = false
        for (index, factor) in Self.factors.enumerated() {
            let bit: UInt32 = 1 << ((UInt32(truncatingIfNeeded: hash) &* factor) >> 27)
            if words[block + index] & bit == 0 { isNew = true }
            words[block + index] |= bit
        }
        return isNew
    }
}
