/// A set of rules by their places in an index.
struct RuleBits: Sendable {
    private(set) var words: [UInt64]

    /// An empty set for `count` rules.
    init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

    mutating func insert(_ rules: ArraySlice<Int32>) {
        for rule in rules { words[Int(rule >> 6)] |= 1 << UInt64(rule & 63) }
    }

    /// Takes the members of `other`, a set for as many rules, in place of its own.
    mutating func reset(to other: RuleBits) {
        for index in words.indices { words[index] = other.words[index] }
    }

    /// Appends to `list` what `names` has at the members' places, in order.
    func append(_ names: [Int], to list: inout [Int]) {
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                list.append(names[index << 6 + word.trailingZeroBitCount])
                word &= word - 1
            }
        }
    }
}
