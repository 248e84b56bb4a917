import CLinux
import Glibc

/// A netlink socket: questions with their answers, or what the kernel tells to groups. For one thread at a time.
package final class NetlinkSocket {
    /// What one look at the socket gave.
    package enum Received {
        case messages([NetlinkMessage])
        /// Messages that did not fit into the socket's buffer.
        case lost(Int)
        case nothing
    }

    /// The kernel fills what a reader offers, up to 32 KiB a datagram (netlink_recvmsg of net/netlink/af_netlink.c).
    private static let readBytes = 32 * 1024
    private static let answerLimit: Int32 = 5000

    private let socket: Socket
    private var buffer = [UInt8](repeating: 0, count: NetlinkSocket.readBytes)
    private var drops: Int64 = 0

    /// Opens a socket of one of NETLINK_* with room for `receiveBytes`.
    package init(protocol number: Int32, receiveBytes: Int32) throws(Socket.Failure) {
        let descriptor = exhaust_netlink_socket(number, receiveBytes)
        guard descriptor >= 0 else { throw Socket.Failure(number: errno) }
        socket = Socket(adopting: descriptor)
    }

    package var descriptor: Int32 { socket.descriptor }

    /// Listens to a multicast group.
    package func join(_ group: UInt32) throws(Socket.Failure) {
        guard exhaust_netlink_join(descriptor, group) == 0 else { throw Socket.Failure(number: errno) }
    }

    /// Takes the next datagram, without waiting. Messages may be kept, at the cost of a copy of it.
    package func receive() throws(Socket.Failure) -> Received {
        let count = exhaust_netlink_receive(descriptor, &buffer, buffer.count)
        if count >= 0 { return .messages(NetlinkMessage.all(in: buffer[..<count])) }
        switch errno {
        case EAGAIN: return .nothing
        case ENOBUFS: return .lost(newDrops())
        default: throw Socket.Failure(number: errno)
        }
    }

    /// Sends a request and gives the messages of its answer to `body`, up to the one that ends it: so it must be one
    /// for a dump (NLM_F_DUMP) or want an answer in any case (NLM_F_ACK).
    ///
    /// - Throws: what the kernel refused it with.
    package func ask(_ request: [UInt8], _ body: (NetlinkMessage) -> Void) throws(Socket.Failure) {
        guard send(descriptor, request, request.count, 0) == request.count else { throw Socket.Failure(number: errno) }
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, Self.answerLimit) > 0 else { throw Socket.Failure(number: ETIMEDOUT) }
            guard case .messages(let messages) = try receive() else { throw Socket.Failure(number: ENOBUFS) }
            for message in messages {
                guard let number = message.errorNumber else {
                    body(message)
                    continue
                }
                if number == 0 { return }
                throw Socket.Failure(number: number)
            }
        }
    }

    private func newDrops() -> Int {
        let now = exhaust_socket_drops(descriptor)
        // An old kernel does not count them: at least one it was.
        defer { drops = max(now, drops) }
        return Int(clamping: max(now - drops, 1))
    }
}
