import CLinux
import ExhaustRuntime

/// What the kernel drops of one UDP socket because its buffer is full.
///
/// Asked of the socket (SO_MEMINFO) rather than read beside each datagram (SO_RXQ_OVFL, the same count): that one tells
/// of a drop only with a datagram that arrives after it, so the end of a flood would never be told.
struct KernelDrops {
    /// Sockets are asked when they are new, so the count begins where they do: at none.
    private var seen: UInt32 = 0

    /// How many datagrams were dropped since this was last asked; 0 from a kernel that does not tell.
    mutating func new(_ socket: Socket) -> Int {
        guard let drops = UInt32(exactly: exhaust_socket_drops(socket.descriptor)) else { return 0 }
        defer { seen = drops }
        return Int(drops &- seen)
    }
}
