import CLinux
import ExhaustCore
import Glibc

/// One socket that captures, and its ring. Whoever reads it does so from one thread.
// Safe: the ring's memory and position are touched by the one thread that runs `read`; all else are system calls on a
// descriptor that stays the same, which the kernel orders.
final class PacketRing: @unchecked Sendable {
    /// Hands over what came, at the latest, so many milliseconds after it came.
    static let longestDelay: UInt32 = 100
    private static let blockBytes = 256 << 10
    /// After so many milliseconds the kernel hands over what it has: the sooner, the more often a socket is still there
    /// when its owner is looked for.
    private static let blockDelay: UInt32 = 10

    private let descriptor: Int32
    private let memory: UnsafeMutableRawBufferPointer
    private var position = 0

    /// Opens a socket that captures nothing before `start`, with a ring of about `bytes`.
    ///
    /// - Throws: `ExhaustError` where this process may not capture.
    init(bytes: Int) throws(ExhaustError) {
        let blocks = max(2, bytes / Self.blockBytes)
        var address: UnsafeMutableRawPointer?
        descriptor = exhaust_open_ring(Self.blockBytes, UInt32(clamping: blocks), Self.blockDelay, &address)
        guard descriptor >= 0 else { throw Self.error(errno) }
        memory = UnsafeMutableRawBufferPointer(start: address, count: Self.blockBytes * blocks)
    }

    deinit { exhaust_close_ring(descriptor, memory.baseAddress, memory.count) }

    /// Captures what `filter` keeps from now on, in place of what it kept.
    func keep(_ filter: [sock_filter]) throws(ExhaustError) {
        guard exhaust_attach_filter(descriptor, filter, UInt16(clamping: filter.count)) == 0 else {
            throw ExhaustError(
                .unavailable, errno: errno, "cannot filter packets in the kernel",
                advice: "choose fewer interfaces, or raise net.core.optmem_max")
        }
    }

    /// Lets packets in.
    func start() throws(ExhaustError) {
        guard exhaust_start_ring(descriptor) == 0 else { throw Self.error(errno) }
    }

    /// Joins the `group` of rings that share the packets, or founds one; gives it.
    func join(_ group: Int32?) throws(ExhaustError) -> Int32 {
        let program = try FanoutProgram.program()
        let group = exhaust_join_fanout(descriptor, group ?? -1, program, UInt16(clamping: program.count))
        guard group >= 0 else { throw Self.error(errno) }
        return group
    }

    /// Has an interface receive what is addressed to others. Gives whether it does: it may be gone by now.
    func setPromiscuous(_ interface: Int32, _ isOn: Bool) -> Bool {
        exhaust_set_promiscuous(descriptor, interface, isOn ? 1 : 0) == 0
    }

    /// How many packets were captured, and how many found no room, since this was last asked.
    func statistics() -> (packets: Int, drops: Int) {
        var (packets, drops) = (UInt32(0), UInt32(0))
        // It cannot fail with a socket of this kind.
        _ = exhaust_ring_statistics(descriptor, &packets, &drops)
        return (Int(packets), Int(drops))
    }

    /// Gives the next block to `body`, if the kernel has handed it over, and back to the kernel then.
    func read(_ body: (FrameBatch) -> Void) -> Bool {
        let block = UnsafeMutableRawBufferPointer(
            rebasing: memory[position..<position + Self.blockBytes])
        guard exhaust_has_block(block.baseAddress) != 0 else { return false }
        body(FrameBatch(block))
        exhaust_return_block(block.baseAddress)
        position = (position + Self.blockBytes) % memory.count
        return true
    }

    /// Waits until there is a block, `limit` milliseconds at most.
    func wait(_ limit: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&request, 1, limit)
    }

    private static func error(_ number: Int32) -> ExhaustError {
        switch number {
        case EPERM, EACCES:
            ExhaustError(
                .notPermitted, errno: number, "cannot capture packets",
                advice: "run it as root or give it CAP_NET_RAW; all but flows, DNS and handshakes works without")
        case ENOMEM, ENOBUFS:
            ExhaustError(
                .unavailable, errno: number, "cannot capture packets", advice: "choose a smaller ring or fewer threads")
        default:
            ExhaustError(
                .unavailable, errno: number, "cannot capture packets", advice: "the kernel needs CONFIG_PACKET")
        }
    }
}
