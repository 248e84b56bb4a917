/// A host and a port: `db.example.org:5432`, `192.0.2.1:22`, `[2001:db8::1]:443`.
package struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without brackets.
    package let host: String
    package let port: UInt16

    /// Reads it; `nil` if `text` has another form. Without a port it has `port`, if that is given.
    package init?(_ text: some StringProtocol, port: UInt16? = nil) {
        var (host, number) = (Substring(text), port)
        // What comes behind the brackets of an IPv6 address, or behind the only colon.
        let bracket = host.lastIndex(of: "]") ?? host.startIndex
        if let colon = host[bracket...].lastIndex(of: ":") {
            guard let read = UInt16(host[host.index(after: colon)...]) else { return nil }
            number = read
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard let number, number > 0, Self.isHost(host) else { return nil }
        self.host = String(host)
        self.port = number
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether `text` can be a name or an address: what has blanks or slashes is neither.
    static func isHost(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") }
    }
}
