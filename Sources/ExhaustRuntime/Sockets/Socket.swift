package import Glibc

/// A socket that does not block and closes itself.
package final class Socket: Sendable {
    /// Why a socket could not be made.
    package struct Failure: Error {
        package let number: Int32
    }

    package let descriptor: Int32

    /// A new socket of `family` (socket(2)).
    package init(family: Int32, type: __socket_type) throws(Failure) {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, Int32(type.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw Failure(number: errno) }
    }

    /// Takes over an open descriptor.
    package init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Sets an option of one number. The options used here are wishes: a kernel that refuses one serves as well.
    package func set(_ option: Int32, level: Int32 = SOL_SOCKET, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Asks for `bytes` of room for what was received and not read yet, beyond the system's limit if this process may
    /// (CAP_NET_ADMIN). Gives how many it has.
    package func growReceiveBuffer(to bytes: Int32) -> Int {
        set(Int32(SO_RCVBUF), bytes)
        set(Int32(SO_RCVBUFFORCE), bytes)
        var granted: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, Int32(SO_RCVBUF), &granted, &length)
        // The kernel doubles what it grants, for its own bookkeeping (socket(7)).
        return Int(granted) / 2
    }

    /// The address to which it is bound.
    package var boundAddress: Endpoint? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &length) }
        }
        return status == 0 ? Endpoint(&storage, length: length) : nil
    }
}

/// An IP address and a port, as numbers.
package struct Endpoint: Sendable, Hashable {
    package let address: String
    package let port: Int

    /// A known address.
    package init(address: String, port: Int) {
        self.address = address
        self.port = port
    }

    /// Reads what the kernel wrote; `nil` for other families.
    package init?(_ storage: inout sockaddr_storage, length: socklen_t) {
        guard length > 0, storage.ss_family == sa_family_t(AF_INET) || storage.ss_family == sa_family_t(AF_INET6)
        else { return nil }
        // An IPv6 address with its zone, such as fe80::1%eth0, takes 62 bytes at most.
        var host = [CChar](repeating: 0, count: 64)
        var service = [CChar](repeating: 0, count: 8)
        let status = withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                getnameinfo(
                    $0.baseAddress, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        guard status == 0, let port = Int(Self.text(service)) else { return nil }
        address = Self.text(host)
        self.port = port
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
