import Glibc

/// A network of addresses, `10.0.0.0/8` or `fe80::/10`.
struct SigmaNetwork: Hashable, Sendable {
    let bytes: [UInt8]
    private let prefix: Int

    /// `nil` if `text` is no network. A single address is a network of one.
    init?(_ text: String) {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, let bytes = Self.bytes(of: String(first)) else { return nil }
        var prefix = bytes.count * 8
        if halves.count == 2 {
            guard let given = Int(halves[1]), (0...prefix).contains(given) else { return nil }
            prefix = given
        }
        self.bytes = bytes
        self.prefix = prefix
    }

    /// Whether the address that `text` writes lies within.
    func contains(_ text: String) -> Bool {
        guard let address = Self.bytes(of: text), address.count == bytes.count else { return false }
        let whole = prefix / 8
        guard address.prefix(whole).elementsEqual(bytes.prefix(whole)) else { return false }
        let rest = prefix % 8
        return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - UInt8(rest)) == 0
    }

    private static func bytes(of text: String) -> [UInt8]? {
        let isLong = text.utf8.contains(UInt8(ascii: ":"))
        var bytes = [UInt8](repeating: 0, count: isLong ? 16 : 4)
        return inet_pton(isLong ? AF_INET6 : AF_INET, text, &bytes) == 1 ? bytes : nil
    }
}
