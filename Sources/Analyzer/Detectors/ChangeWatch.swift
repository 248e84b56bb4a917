/// The latest value of one key. Wants its events in order. Values of more than 256 bytes are kept as their beginning
/// and their hash.
struct ChangeWatch: Sendable, Hashable, Codable {
    /// The value, if there was one.
    private(set) var value: String?

    private static let longest = 256

    /// Takes a value, and gives the one before if that was another.
    mutating func take(_ value: String) -> String? {
        let value = Self.shortened(value)
        guard value != self.value else { return nil }
        defer { self.value = value }
        return self.value
    }

    /// The value as it is kept.
    static func shortened(_ value: String) -> String {
        if value.utf8.count <= longest { return value }
        let hash = String(StableHash.of(value), radix: 16)
        return String(decoding: value.utf8.prefix(longest - 20), as: UTF8.self) + "…" + hash
    }
}
