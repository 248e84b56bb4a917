/// An address with the length of its network's prefix, such as `10.0.0.0/8`. The bits of the host are kept.
public struct IPNetwork: Sendable, Hashable {
    /// The address as it was written.
    public let address: NetworkAddress
    /// The number of bits that all addresses in the network share.
    public let prefixLength: Int

    /// Reads `address/length`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let address = NetworkAddress(String(parts[0])), let length = Int(parts[1]),
            String(length) == parts[1], (0...address.bytes.count * 8).contains(length)
        else { return nil }
        self.init(address: address, prefixLength: length)
    }

    private init(address: NetworkAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    /// The network with the bits of the host at 0.
    public var masked: IPNetwork {
        let bytes = address.bytes.enumerated().map { index, byte in
            byte & ~UInt8(truncatingIfNeeded: 0xff >> min(max(prefixLength - index * 8, 0), 8))
        }
        return IPNetwork(address: NetworkAddress(bytes: bytes), prefixLength: prefixLength)
    }

    /// Whether `address` is in the network.
    public func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == self.address.bytes.count else { return false }
        return IPNetwork(address: address, prefixLength: prefixLength).masked == masked
    }

    /// Whether all of `other` is in the network.
    public func contains(_ other: IPNetwork) -> Bool { other.prefixLength >= prefixLength && contains(other.address) }
}

extension IPNetwork: CustomStringConvertible {
    public var description: String { "\(address)/\(prefixLength)" }
}
