import ExhaustRuntime
import Glibc

/// Senders' addresses as text: making one takes longer than all else that is done to receive a datagram.
struct AddressTexts {
    private struct Key: Hashable {
        var (high, low): (UInt64, UInt64)
        var zone: UInt32
    }

    private var texts: [Key: String] = [:]
    private static let limit = 4096

    /// The sender that the kernel wrote to `storage`; `nil` for other families.
    mutating func endpoint(_ storage: inout sockaddr_storage, length: socklen_t) -> Endpoint? {
        let (key, port) = withUnsafeBytes(of: &storage) { bytes in
            if Int32(bytes.load(as: sa_family_t.self)) == AF_INET {
                let address = bytes.load(as: sockaddr_in.self)
                return (Key(high: .max, low: UInt64(address.sin_addr.s_addr), zone: 0), address.sin_port)
            }
            let address = bytes.load(as: sockaddr_in6.self)
            let (high, low) = withUnsafeBytes(of: address.sin6_addr) {
                ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
            }
            return (Key(high: high, low: low, zone: address.sin6_scope_id), address.sin6_port)
        }
        if let text = texts[key] { return Endpoint(address: text, port: Int(UInt16(bigEndian: port))) }
        guard let endpoint = Endpoint(&storage, length: length) else { return nil }
        if texts.count >= Self.limit { texts = [:] }
        texts[key] = endpoint.address
        return endpoint
    }
}
