package import ExhaustCore
import Glibc

extension CaptureFilter.Endpoint {
    /// The ends that a host's name, or address, and a port stand for at present. It may ask a name server, and wait.
    ///
    /// - Throws: `ExhaustError` if the name has no address now.
    package static func lookUp(host: String, port: UInt16) throws(ExhaustError) -> [Self] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &first)
        guard status == 0 else {
            let reason = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            throw ExhaustError(.unavailable, "cannot find the address of \(host): \(reason)")
        }
        defer { freeaddrinfo(first) }
        var found: [Self] = []
        var next = first
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr.flatMap({ IPAddress($0, family: entry.ai_family) }) else { continue }
            found.append(Self(address: address, port: port))
        }
        return found
    }
}

extension IPAddress {
    fileprivate init?(_ address: UnsafePointer<sockaddr>, family: Int32) {
        let bytes = UnsafeRawPointer(address)
        switch family {
        case AF_INET:
            let socket = bytes.loadUnaligned(as: sockaddr_in.self)
            self.init(ipv4: UInt32(bigEndian: socket.sin_addr.s_addr))
        case AF_INET6:
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            self.init(
                ipv6: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)))
        default: return nil
        }
    }
}
