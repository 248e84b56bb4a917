/// A universally unique, lexicographically sortable identifier (github.com/ulid/spec): 48 bits of milliseconds
/// and 80 random bits, as 26 characters of Crockford's base 32.
public struct ULID: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// A new identifier for `time`; the random half comes from `generator`.
    public init(time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(bitPattern: time.milliseconds) & 0xffff_ffff_ffff
        let high = UInt64.random(in: 0..<(1 << 40), using: &generator)
        let low = UInt64.random(in: 0..<(1 << 40), using: &generator)
        let text = Self.encode(milliseconds, digits: 10) + Self.encode(high, digits: 8) + Self.encode(low, digits: 8)
        description = String(decoding: text, as: UTF8.self)
    }

    /// A new identifier from the system's random source.
    public init(time: Timestamp = .now()) {
        var generator = SystemRandomNumberGenerator()
        self.init(time: time, using: &generator)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func encode(_ number: UInt64, digits: Int) -> [UInt8] {
        (0..<digits).reversed().map { alphabet[Int(number >> (5 * UInt64($0)) & 31)] }
    }
}
