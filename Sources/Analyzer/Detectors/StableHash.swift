import ExhaustCore

/// A 64-bit hash of a text that is the same in every process and on every machine, as snapshots need: SipHash-2-4
/// (Aumasson and Bernstein, INDOCRYPT 2012). Two texts share one with a chance of 2^-64; to find a text with the hash
/// of another takes as long as trying them all.
struct StableHash {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    private init(_ low: UInt64, _ high: UInt64) {
        state = (
            low ^ 0x736f_6d65_7073_6575, high ^ 0x646f_7261_6e64_6f6d, low ^ 0x6c79_6765_6e65_7261,
            high ^ 0x7465_6462_7974_6573
        )
    }

    /// The hash of `text` under a key, which is fixed but for tests.
    static func of(
        _ text: String, key: (low: UInt64, high: UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    ) -> UInt64 {
        var text = text
        return text.withUTF8 { bytes in
            var hash = StableHash(key.low, key.high)
            return hash.take(UnsafeRawBufferPointer(bytes))
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        var last = UInt64(bytes.count) << 56
        for offset in whole..<bytes.count { last |= UInt64(bytes[offset]) << UInt64(8 * (offset - whole)) }
        mix(last)
        state.2 ^= 0xff
        for _ in 0..<4 { round() }
        return state.0 ^ state.1 ^ state.2 ^ state.3
    }

    private mutating func mix(_ word: UInt64) {
        state.3 ^= word
        round()
        round()
        state.0 ^= word
    }

    private mutating func round() {
        state.0 &+= state.1
        state.2 &+= state.3
        state.1 = Self.rotate(state.1, 13) ^ state.0
        state.3 = Self.rotate(state.3, 16) ^ state.2
        state.0 = Self.rotate(state.0, 32)
        state.2 &+= state.1
        state.0 &+= state.3
        state.1 = Self.rotate(state.1, 17) ^ state.2
        state.3 = Self.rotate(state.3, 21) ^ state.0
        state.2 = Self.rotate(state.2, 32)
    }

    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
}
