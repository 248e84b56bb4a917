import Glibc

/// An IPv4 or IPv6 address, as two words, so that comparing and hashing one costs little.
///
/// An IPv4 address is kept as IPv4-mapped (RFC 4291 section 2.5.5.2), and is not equal to the mapped IPv6 address.
package struct IPAddress: Hashable, Sendable {
    /// The first and the last eight bytes, most significant first.
    package let high: UInt64
    package let low: UInt64
    package let isIPv4: Bool

    /// An IPv4 address from its four bytes, most significant first.
    package init(ipv4 address: UInt32) {
        high = 0
        low = 0xffff_0000_0000 | UInt64(address)
        isIPv4 = true
    }

    package init(ipv6 high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = false
    }
}

extension IPAddress: Comparable {
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual text: `192.0.2.1`, `2001:db8::1` (RFC 5952).
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var bytes = (high.bigEndian, low.bigEndian)
        var ipv4 = UInt32(truncatingIfNeeded: low).bigEndian
        _ =
            isIPv4
            ? inet_ntop(AF_INET, &ipv4, &text, socklen_t(text.count))
            : inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The bytes as a packet has them: 4 or 16.
    package var bytes: [UInt8] {
        let words = isIPv4 ? [low << 32] : [high, low]
        let all = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) } }
        return isIPv4 ? Array(all.prefix(4)) : all
    }
}
