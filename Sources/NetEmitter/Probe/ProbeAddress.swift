import ExhaustRuntime
import Glibc

/// An address that a name stands for.
struct ProbeAddress {
    private var storage: sockaddr_storage
    private let length: socklen_t
    var family: Int32 { Int32(storage.ss_family) }

    /// What it is, in numbers.
    var endpoint: Endpoint? {
        var storage = storage
        return Endpoint(&storage, length: length)
    }

    /// The addresses of `host`, in the order in which to try them (getaddrinfo(3)). This waits for name servers, for
    /// as long as resolv.conf(5) says.
    static func resolve(_ host: String, port: UInt16) throws(ProbeFailure) -> [ProbeAddress] {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else { throw ProbeFailure(.resolution, String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        var addresses: [ProbeAddress] = []
        var node = list
        while let info = node?.pointee {
            if let address = ProbeAddress(info) { addresses.append(address) }
            node = info.ai_next
        }
        guard !addresses.isEmpty else { throw ProbeFailure(.resolution, "the name has no address") }
        return addresses
    }

    private init?(_ info: addrinfo) {
        guard let address = info.ai_addr, info.ai_addrlen <= socklen_t(MemoryLayout<sockaddr_storage>.size) else {
            return nil
        }
        storage = sockaddr_storage()
        length = info.ai_addrlen
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
        }
    }

    /// Connects `socket`, or begins to; gives the error of connect(2), or 0.
    func connect(_ socket: Socket) -> Int32 {
        var storage = storage
        return withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                Glibc.connect(socket.descriptor, $0.baseAddress, length) == 0 ? 0 : errno
            }
        }
    }
}
