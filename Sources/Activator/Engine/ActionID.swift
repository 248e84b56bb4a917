import ExhaustCore

/// Ids of actions, the same whenever the same fact is decided again: if a crash makes the broker deliver a fact
/// twice, the second action carries the first one's id, and the orchestrator and the agent recognise it.
enum ActionID {
    /// The id of the `number`th action, from 0, of `policy` on this occurrence of `fact`.
    static func make(policy: String, fact: Fact, number: Int) -> String {
        var generator = Digest(of: "\(policy)\u{0}\(fact.key)\u{0}\(fact.episode)\u{0}\(number)")
        return ULID(time: fact.first, using: &generator).description
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
