import ExhaustCore
import ExhaustRuntime
import Glibc

/// Where to listen: `127.0.0.1:514`, `[::1]:514`, `log-host:514`, or `*:514` for all addresses of both families.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// The host without brackets; `nil` for all.
    package let host: String?
    /// 0 lets the kernel choose, as tests want it.
    package let port: UInt16

    /// Reads an address; `nil` if `text` has another form.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil  // IPv6 without brackets could be read in two ways
        }
        self.host = host.isEmpty || host == "*" ? nil : String(host)
        self.port = port
    }

    package var description: String {
        guard let host else { return "*:\(port)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// A bound socket for each address that this one names (getaddrinfo(3)). The kernel spreads senders over shared
    /// ones, which must all be of one user (SO_REUSEPORT of socket(7)).
    func bind(_ type: __socket_type, isShared: Bool = false) throws(ExhaustError) -> [Socket] {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(type.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            let reason = String(cString: gai_strerror(status))
            throw ExhaustError(.configuration, "cannot find the address: \(reason)", at: description)
        }
        defer { freeaddrinfo(list) }
        var sockets: [Socket] = []
        var node = list
        while let info = node?.pointee {
            if let socket = try bind(info, type, isShared, skipUnsupported: host == nil) { sockets.append(socket) }
            node = info.ai_next
        }
        return sockets
    }

    private func bind(
        _ info: addrinfo, _ type: __socket_type, _ isShared: Bool, skipUnsupported: Bool
    ) throws(ExhaustError) -> Socket? {
        let socket: Socket
        do {
            socket = try Socket(family: info.ai_family, type: type)
        } catch {
            // "All addresses" on a machine without IPv6 means those of IPv4.
            if skipUnsupported, error.number == EAFNOSUPPORT { return nil }
            throw ExhaustError(.unavailable, errno: error.number, "cannot open a socket", at: description)
        }
        socket.set(SO_REUSEADDR, 1)
        if isShared { socket.set(SO_REUSEPORT, 1) }
        // Each family gets a socket of its own, so that 0.0.0.0 and [::] can stand side by side.
        if info.ai_family == AF_INET6 { socket.set(Int32(IPV6_V6ONLY), level: Int32(IPPROTO_IPV6), 1) }
        guard Glibc.bind(socket.descriptor, info.ai_addr, info.ai_addrlen) == 0 else {
            let number = errno
            if skipUnsupported, number == EADDRNOTAVAIL { return nil }
            throw ExhaustError(
                number == EACCES ? .notPermitted : .unavailable, errno: number, "cannot listen", at: description,
                advice: number == EACCES ? "ports below 1024 need CAP_NET_BIND_SERVICE" : nil)
        }
        return socket
    }
}

extension ListenAddress: Decodable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let address = ListenAddress(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is no address; write HOST:PORT, [IPV6]:PORT or *:PORT"))
        }
        self = address
    }
}
