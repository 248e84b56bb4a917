/// The name of a monitored host: 1 to 63 of `a-z`, `0-9` and `-`. No dots, since it is one word of a routing key.
public struct HostID: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// A host id, or `nil` if `text` has another form.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        description = text
    }

    /// The id of a machine that has no better name.
    public static let localhost = HostID(unchecked: "localhost")

    private init(unchecked text: String) { description = text }

    /// The host id nearest to a host name: its first label in lower case, other characters as `-`.
    public init?(hostname: String) {
        let label = hostname.prefix { $0 != "." }.lowercased()
        self.init(String(label.utf8.prefix(63).map { Self.isAllowed($0) ? Character(Unicode.Scalar($0)) : "-" }))
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
    }

    /// The partition of this host among `count`: FNV-1a (64 bit) of its name, modulo `count`. It never changes, so
    /// that a broker's restart moves no host.
    public func partition(of count: Int) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(max(count, 1)))
    }
}

extension HostID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let host = HostID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a host id")
        }
        self = host
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
