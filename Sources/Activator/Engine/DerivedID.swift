import ExhaustCore

/// Ids of what follows from a fact, the same whenever it is concluded again: if a crash makes the broker deliver a fact
/// twice, or another instance judges an action once more, whoever reads it recognises what it knows.
enum DerivedID {
    /// The id of the `number`th action, from 0, of `policy` on this occurrence of `fact`.
    static func action(policy: String, fact: Fact, number: Int) -> String {
        make("\(policy)\u{0}\(fact.key)\u{0}\(fact.episode)\u{0}\(number)", at: fact.first)
    }

    /// The id of the decision for an action, or of its outcome, either of which it has once.
    static func event(_ type: EventType, of action: String, at time: Timestamp) -> String {
        make("\(type)\u{0}\(action)", at: time)
    }

    private static func make(_ text: String, at time: Timestamp) -> String {
        var generator = Digest(of: text)
        return ULID(time: time, using: &generator).description
    }

    /// FNV-1a of a text as a stream of numbers. Uniqueness matters here, not secrecy.
    private struct Digest: RandomNumberGenerator {
        private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

        init(of text: String) { for byte in text.utf8 { mix(byte) } }

        private mutating func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

        mutating func next() -> UInt64 {
            mix(0xff)
            var mixed = hash
            mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
            return mixed ^ (mixed >> 33)
        }
    }
}
