package import ExhaustCore
import ExhaustRuntime
import Glibc

/// An open socket on which messages or connections arrive.
package struct Listener: Sendable {
    enum Kind {
        case unix(UnixSocketFile), udp, tcp, tls

        /// Whether connections arrive on it, not messages.
        var isStream: Bool {
            switch self {
            case .unix, .udp: false
            case .tcp, .tls: true
            }
        }
    }

    /// How much room a UDP socket asks for: two seconds of 30,000 messages of 250 bytes, at what each takes of it.
    package static let receiveBuffer = 16 << 20

    let kind: Kind
    let socket: Socket
    /// What it listens on, for messages: `udp 127.0.0.1:514`.
    package let name: String
    /// The port, also where the kernel chose it; `nil` for a Unix socket.
    package let port: Int?
    /// How much room for datagrams that wait it was granted; `nil` for other kinds than UDP.
    package private(set) var grantedBuffer: Int?

    private init(_ kind: Kind, _ socket: Socket, name: String) {
        self.kind = kind
        self.socket = socket
        port = socket.boundAddress?.port
        self.name = name
    }

    /// Opens all sockets of a configuration, or none: a list for each receiver, the first with the Unix sockets.
    package static func openAll(_ configuration: SyslogConfiguration) throws(ExhaustError) -> [[Listener]] {
        var shares = [try open(configuration)]
        var network = configuration
        network.unix = []
        do throws(ExhaustError) {
            while shares.count < configuration.receivers { shares.append(try open(network)) }
        } catch {
            for listener in shares[0] { listener.removeFile() }
            throw error
        }
        return shares
    }

    /// Opens all sockets of one receiver, or none: an error closes what was opened before it.
    package static func open(_ configuration: SyslogConfiguration) throws(ExhaustError) -> [Listener] {
        let isShared = configuration.receivers > 1
        var listeners: [Listener] = []
        var isComplete = false
        defer { if !isComplete { for listener in listeners { listener.removeFile() } } }
        for path in configuration.unix {
            let (socket, file) = try UnixSocketFile.bind(path)
            listeners.append(Listener(.unix(file), socket, name: "unix \(path)"))
        }
        for address in configuration.udp {
            for socket in try address.bind(SOCK_DGRAM, isShared: isShared) {
                var listener = Listener(.udp, socket, name: "udp \(address)")
                listener.grantedBuffer = socket.growReceiveBuffer(to: Int32(receiveBuffer))
                listeners.append(listener)
            }
        }
        for address in configuration.tcp { listeners += try connections(to: address, .tcp, "tcp", isShared) }
        for address in configuration.tls?.addresses ?? [] {
            listeners += try connections(to: address, .tls, "tls", isShared)
        }
        isComplete = true
        return listeners
    }

    private static func connections(
        to address: ListenAddress, _ kind: Kind, _ name: String, _ isShared: Bool
    ) throws(ExhaustError) -> [Listener] {
        var listeners: [Listener] = []
        for socket in try address.bind(SOCK_STREAM, isShared: isShared) {
            guard listen(socket.descriptor, SOMAXCONN) == 0 else {
                throw ExhaustError(.unavailable, errno: errno, "cannot listen", at: "\(name) \(address)")
            }
            listeners.append(Listener(kind, socket, name: "\(name) \(address)"))
        }
        return listeners
    }

    /// Removes a Unix socket's file, so that no one sends to it any more.
    func removeFile() {
        if case .unix(let file) = kind { file.remove() }
    }
}
