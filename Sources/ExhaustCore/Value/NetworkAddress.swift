import Glibc

/// An IPv4 or IPv6 address. An IPv4 address in IPv6's form is the IPv4 address.
public struct NetworkAddress: Sendable, Hashable {
    /// The address in network order: 4 bytes or 16.
    public let bytes: [UInt8]

    /// Reads an address; `nil` for anything else, for zones, and for IPv4 in IPv6's form with dots.
    public init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: six) { Array($0) }
            let isMapped = all.starts(with: Self.mapped)
            if isMapped, text.utf8.contains(UInt8(ascii: ".")) { return nil }
            bytes = isMapped ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether this has 4 bytes.
    public var isIPv4: Bool { bytes.count == 4 }
    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
    /// In `127.0.0.0/8`, or `::1`.
    public var isLoopback: Bool {
        isIPv4 ? bytes[0] == 127 : bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
    }
    /// In `224.0.0.0/4` or `ff00::/8`.
    public var isMulticast: Bool { isIPv4 ? bytes[0] & 0xf0 == 0xe0 : bytes[0] == 0xff }
    /// In `224.0.0.0/24` or `ffx2::/16`.
    public var isLinkLocalMulticast: Bool {
        isIPv4 ? bytes[..<3] == [224, 0, 0] : bytes[0] == 0xff && bytes[1] & 0x0f == 2
    }
    /// In `169.254.0.0/16` or `fe80::/10`.
    public var isLinkLocalUnicast: Bool {
        isIPv4 ? bytes[..<2] == [169, 254] : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
    }
    /// None of the above, nor broadcast; private ranges count as global, as in Go's netip.
    public var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && bytes != [255, 255, 255, 255]
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// The canonical text (RFC 5952).
    public var description: String {
        var text = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isWritten = text.withUnsafeMutableBytes { room in
            bytes.withUnsafeBytes { bytes in
                inet_ntop(
                    isIPv4 ? AF_INET : AF_INET6, bytes.baseAddress, room.bindMemory(to: CChar.self).baseAddress,
                    socklen_t(room.count)) != nil
            }
        }
        return isWritten ? String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) : ""
    }
}
