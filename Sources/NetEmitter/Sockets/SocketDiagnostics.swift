import ExhaustCore
import ExhaustRuntime
import Glibc

/// Asks the kernel for its TCP and UDP sockets (sock_diag(7)): those of the network namespace of the thread that made
/// it. For one thread at a time.
final class SocketDiagnostics {
    /// What the kernel shall tell of each socket beyond its identity: 1 << (INET_DIAG_* - 1).
    struct Extensions: OptionSet, Sendable {
        let rawValue: UInt8

        init(rawValue: UInt8) { self.rawValue = rawValue }

        static let info = Extensions(rawValue: 1 << 1)
        static let congestionControl = Extensions(rawValue: 1 << 3)
        static let memory = Extensions(rawValue: 1 << 6)
    }

    /// The states to tell of, as bits.
    struct States: OptionSet, Sendable {
        let rawValue: UInt32

        init(rawValue: UInt32) { self.rawValue = rawValue }

        static let all = States(rawValue: 0xffff)
        static let listening = States(rawValue: 1 << 10)
    }

    /// SOCK_DIAG_BY_FAMILY of linux/sock_diag.h; NETLINK_SOCK_DIAG.
    static let (message, family) = (UInt16(20), Int32(4))
    /// NLM_F_REQUEST with NLM_F_DUMP, and with NLM_F_ACK.
    private static let (dumpFlags, findFlags) = (UInt16(0x301), UInt16(0x5))
    private static let bufferBytes: Int32 = 1 << 20

    private let socket: NetlinkSocket

    /// - Throws: `ExhaustError` where the kernel has no sock_diag.
    init() throws {
        do {
            socket = try NetlinkSocket(protocol: Self.family, receiveBytes: Self.bufferBytes)
        } catch {
            throw Self.error(error.number, "cannot ask the kernel for its sockets")
        }
    }

    /// Gives `body` every socket of a transport (6 TCP, 17 UDP), IPv4 and IPv6, that is in one of `states`.
    ///
    /// - Throws: `ExhaustError` where the kernel does not tell of this transport.
    func dump(
        transport: UInt8, states: States = .all, _ extensions: Extensions = [], _ body: (InetSocket) -> Void
    ) throws {
        for family: UInt8 in [2, 10] {
            let tuple = SocketTuple(
                transport: transport, local: .anyIPv4, localPort: 0, peer: .anyIPv4, peerPort: 0)
            let request = Self.request(
                flags: Self.dumpFlags, family: family, tuple, states: states, extensions: extensions)
            do throws(Socket.Failure) {
                try socket.ask(request) { message in
                    guard message.type == Self.message, let found = InetSocket(message.content, transport: transport)
                    else { return }
                    body(found)
                }
            } catch {
                // A kernel without IPv6 has told all there is.
                if family == 10, error.number == ENOENT { return }
                throw Self.error(error.number, "cannot list the sockets of IP protocol \(transport)")
            }
        }
    }

    /// The socket that would get a packet of this conversation: the very one, else one that listens.
    func find(_ tuple: SocketTuple) -> InetSocket? {
        // Of UDP the kernel takes both ends the other way round, as the packet has them (udp_dump_one of net/ipv4).
        let asked = tuple.transport == SocketTuple.udp ? tuple.reversed : tuple
        let request = Self.request(
            flags: Self.findFlags, family: tuple.local.isIPv4 ? 2 : 10, asked, states: .all, extensions: [])
        var found: InetSocket?
        // ENOENT where there is none, which is what most failures say.
        try? socket.ask(request) { message in
            if message.type == Self.message { found = InetSocket(message.content, transport: tuple.transport) }
        }
        return found
    }

    private static func request(
        flags: UInt16, family: UInt8, _ tuple: SocketTuple, states: States, extensions: Extensions
    ) -> [UInt8] {
        var request = NetlinkRequest(type: message, flags: flags)
        request.add([family, tuple.transport, extensions.rawValue, 0])
        request.add(states.rawValue)
        request.add(tuple.localPort.bigEndian)
        request.add(tuple.peerPort.bigEndian)
        for address in [tuple.local, tuple.peer] {
            if family == 2 {
                request.add(UInt32(truncatingIfNeeded: address.low).bigEndian)
                request.add([UInt8](repeating: 0, count: 12))
            } else {
                request.add(address.high.bigEndian)
                request.add(address.low.bigEndian)
            }
        }
        request.add(UInt32(0))
        // INET_DIAG_NOCOOKIE: whatever its cookie.
        request.add(UInt64.max)
        return request.bytes
    }

    static func error(_ number: Int32, _ message: String) -> ExhaustError {
        switch number {
        case EPERM, EACCES:
            ExhaustError(.notPermitted, errno: number, message, advice: "run it as root or with CAP_NET_ADMIN")
        case ENOENT, EPROTONOSUPPORT, ENOPROTOOPT:
            ExhaustError(
                .unavailable, errno: number, message,
                advice: "the kernel needs CONFIG_INET_DIAG with its parts for TCP and UDP (modules tcp_diag, udp_diag)")
        default: ExhaustError(.unavailable, errno: number, message)
        }
    }
}
