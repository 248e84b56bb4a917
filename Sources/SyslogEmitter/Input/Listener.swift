package import ExhaustCore
import ExhaustRuntime
import Glibc

/// An open socket on which messages or connections arrive.
package struct Listener: Sendable {
    enum Kind {
        case unix(UnixSocketFile), udp, tcp
    }

    let kind: Kind
    let socket: Socket
    /// What it listens on, for messages: `udp 127.0.0.1:514`.
    package let name: String
    /// The port, also where the kernel chose it; `nil` for a Unix socket.
    package let port: Int?

    private init(_ kind: Kind, _ socket: Socket, name: String) {
        self.kind = kind
        self.socket = socket
        port = socket.boundAddress?.port
        self.name = name
    }

    /// Opens all sockets of a configuration, or none: an error closes what was opened before it.
    package static func open(_ configuration: SyslogConfiguration) throws(ExhaustError) -> [Listener] {
        var listeners: [Listener] = []
        var isComplete = false
        defer { if !isComplete { for listener in listeners { listener.removeFile() } } }
        for path in configuration.unix {
            let (socket, file) = try UnixSocketFile.bind(path)
            listeners.append(Listener(.unix(file), socket, name: "unix \(path)"))
        }
        for address in configuration.udp {
            for socket in try address.bind(SOCK_DGRAM) {
                listeners.append(Listener(.udp, socket, name: "udp \(address)"))
            }
        }
        for address in configuration.tcp {
            for socket in try address.bind(SOCK_STREAM) {
                guard listen(socket.descriptor, SOMAXCONN) == 0 else {
                    throw ExhaustError(.unavailable, errno: errno, "cannot listen", at: "tcp \(address)")
                }
                listeners.append(Listener(.tcp, socket, name: "tcp \(address)"))
            }
        }
        isComplete = true
        return listeners
    }

    /// Removes a Unix socket's file, so that no one sends to it any more.
    func removeFile() {
        if case .unix(let file) = kind { file.remove() }
    }
}
