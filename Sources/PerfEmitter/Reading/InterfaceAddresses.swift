import Glibc

/// The addresses of this machine's interfaces (getifaddrs(3)).
enum InterfaceAddresses {
    /// IPv4 and IPv6 addresses by interface; none if the kernel does not tell.
    static func all() -> [String: [String]] {
        var head: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&head) == 0 else { return [:] }
        defer { freeifaddrs(head) }
        var addresses: [String: [String]] = [:]
        var next = head
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, let name = entry.ifa_name, let text = text(address) else { continue }
            addresses[String(cString: name), default: []].append(text)
        }
        return addresses
    }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let family = Int32(address.pointee.sa_family)
        let length: Int
        switch family {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            let result = getnameinfo(
                address, socklen_t(length), buffer.baseAddress, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            return result == 0 ? buffer.baseAddress.map { String(cString: $0) } : nil
        }
    }
}
