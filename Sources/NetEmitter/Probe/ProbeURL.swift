/// What an HTTP probe asks for: `http://host[:port][/path][?query]`, or with `https`.
package struct ProbeURL: Sendable, Hashable, CustomStringConvertible {
    package let isSecure: Bool
    package let host: HostPort
    /// Path and query, as the request line has them.
    package let target: String
    package let description: String

    /// Reads it; `nil` if `text` has another form. Users and fragments are not taken.
    package init?(_ text: String) {
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let host = HostPort(rest[..<end], port: isSecure ? 443 : 80),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") })
        else { return nil }
        self.isSecure = isSecure
        self.host = host
        target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/\(rest[end...])"
        description = text
    }

    /// The value of the header `Host`: a port only where it is not the scheme's own.
    var hostHeader: String {
        guard host.port == (isSecure ? 443 : 80) else { return host.description }
        return host.host.contains(":") ? "[\(host.host)]" : host.host
    }
}
