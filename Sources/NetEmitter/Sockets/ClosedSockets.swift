import ExhaustCore
import ExhaustRuntime

/// Hears of sockets as they are destroyed, with their last counters (SKNLGRP_* of linux/sock_diag.h): those of
/// connections that begin and end between two looks as well.
final class ClosedSockets {
    /// What one look gave.
    enum Received {
        case sockets([InetSocket])
        case lost(Int)
        case nothing
    }

    /// INET_TCP_DESTROY, INET_UDP_DESTROY, INET6_TCP_DESTROY, INET6_UDP_DESTROY.
    private static let groups: [UInt32] = [1, 2, 3, 4]
    /// Some 10,000 of them: the kernel counts about 900 bytes for each.
    private static let bufferBytes: Int32 = 8 << 20

    private let socket: NetlinkSocket

    /// Starts to listen.
    init() throws {
        do throws(Socket.Failure) {
            socket = try NetlinkSocket(protocol: SocketDiagnostics.family, receiveBytes: Self.bufferBytes)
            for group in Self.groups { try socket.join(group) }
        } catch {
            throw SocketDiagnostics.error(error.number, "the kernel does not tell of sockets that are closed")
        }
    }

    var descriptor: Int32 { socket.descriptor }

    /// Takes the next message, without waiting.
    func receive() throws -> Received {
        do {
            switch try socket.receive() {
            case .lost(let count): return .lost(count)
            case .nothing: return .nothing
            case .messages(let messages):
                return .sockets(
                    messages.filter { $0.type == SocketDiagnostics.message }.compactMap {
                        InetSocket($0.content, transport: SocketTuple.tcp)
                    })
            }
        } catch {
            throw SocketDiagnostics.error(error.number, "cannot hear of closed sockets")
        }
    }
}
