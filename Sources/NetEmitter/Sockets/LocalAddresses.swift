import Glibc

/// The addresses of this network namespace's interfaces (getifaddrs(3)).
enum LocalAddresses {
    static func all() -> Set<IPAddress> {
        var head: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&head) == 0 else { return [] }
        defer { freeifaddrs(head) }
        var addresses: Set<IPAddress> = []
        var next = head
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr else { continue }
            // Ports and flow labels stand before: 4 bytes in sockaddr_in, 8 in sockaddr_in6.
            let bytes = UnsafeRawPointer(address)
            switch Int32(address.pointee.sa_family) {
            case AF_INET:
                addresses.insert(IPAddress(ipv4: UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self))))
            case AF_INET6:
                addresses.insert(
                    IPAddress(
                        ipv6: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))))
            default: break
            }
        }
        return addresses
    }
}
