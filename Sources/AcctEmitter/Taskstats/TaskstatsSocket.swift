import CLinux
import ExhaustCore
import ExhaustRuntime
import Glibc

/// Listens to the ends of tasks on every CPU (taskstats of generic netlink).
final class TaskstatsSocket {
    /// A burst of some ten thousand ends must fit while the reader waits for the broker.
    private static let bufferBytes: Int32 = 32 << 20
    /// NETLINK_GENERIC; GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME and _ID of linux/genetlink.h.
    private static let (generic, control, getFamily, familyName, familyID) = (Int32(16), UInt16(16), UInt8(3), 2, 1)
    /// TASKSTATS_CMD_GET, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK; TASKSTATS_TYPE_STATS and _AGGR_PID.
    private static let (get, registerMask, stats, aggregate) = (UInt8(1), UInt16(3), UInt16(3), UInt16(4))

    let descriptor: Int32
    private var family: UInt16 = 0
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    /// Whether the kernel counts what it drops; old ones do not.
    private let counts: Bool
    private var drops: UInt32 = 0

    /// Opens the socket and registers.
    ///
    /// - Throws: `ExhaustError` where the kernel has no taskstats or does not let this process listen.
    init() throws {
        descriptor = exhaust_netlink_socket(Self.generic, Self.bufferBytes)
        counts = exhaust_socket_drops(descriptor) >= 0
        guard descriptor >= 0 else { throw Self.error(errno) }
        let name = NetlinkMessage.request(
            family: Self.control, command: Self.getFamily, attribute: UInt16(Self.familyName), text: "TASKSTATS")
        for message in try ask(name) where message.type == Self.control {
            for attribute in message.attributes where attribute.type == UInt16(Self.familyID) {
                family = attribute.content.number(0) ?? 0
            }
        }
        guard family != 0 else { throw Self.error(ENOENT) }
        let processors = try String(decoding: FileContent.read("/sys/devices/system/cpu/possible"), as: UTF8.self)
        let mask = processors.filter { !$0.isWhitespace }
        _ = try ask(
            .init(
                NetlinkMessage.request(
                    family: family, command: Self.get, attribute: Self.registerMask, text: mask)))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// What one look at the socket gave.
    enum Received {
        case tasks([TaskRecord])
        /// Messages that did not fit into the buffer.
        case lost(Int)
        case nothing
    }

    /// Takes the next datagram, without waiting.
    func receive() throws -> Received {
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count >= 0 { return .tasks(try Self.tasks(in: buffer[..<count], family: family)) }
            switch errno {
            case EAGAIN:
                // The kernel tells of a loss once until the buffer is empty, and counts what follows in silence.
                let more = newDrops()
                return more > 0 ? .lost(more) : .nothing
            case EINTR: continue
            case ENOBUFS: return .lost(counts ? newDrops() : 1)
            default: throw ExhaustError(.inputOutput, errno: errno, "cannot read taskstats")
            }
        }
    }

    /// The tasks of a datagram. What is no message of taskstats is passed over.
    ///
    /// - Throws: `ExhaustError` if the kernel's version is too old to be read.
    static func tasks(in datagram: ArraySlice<UInt8>, family: UInt16) throws -> [TaskRecord] {
        var tasks: [TaskRecord] = []
        for message in NetlinkMessage.all(in: datagram) where message.type == family {
            for outer in message.attributes where outer.type == aggregate {
                for inner in outer.content.attributes() where inner.type == stats {
                    do throws(TaskRecord.Refusal) {
                        tasks.append(try TaskRecord.decode(inner.content))
                    } catch {
                        throw ExhaustError(
                            .unavailable, "cannot read this kernel's taskstats: \(error)",
                            advice: "versions from \(TaskRecord.oldestVersion) on are known; leave out the source")
                    }
                }
            }
        }
        return tasks
    }

    private func newDrops() -> Int {
        guard counts else { return 0 }
        let now = UInt32(truncatingIfNeeded: exhaust_socket_drops(descriptor))
        defer { drops = now }
        return Int(now &- drops)
    }

    /// Sends a request and gives the messages up to the kernel's answer.
    private func ask(_ request: [UInt8]) throws -> [NetlinkMessage] {
        guard send(descriptor, request, request.count, 0) == request.count else { throw Self.error(errno) }
        var messages: [NetlinkMessage] = []
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, 5000) > 0 else { throw Self.error(ETIMEDOUT) }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Self.error(errno) }
            for message in NetlinkMessage.all(in: buffer[..<count]) {
                guard let number = message.errorNumber else {
                    messages.append(message)
                    continue
                }
                if number == 0 { return messages }
                throw Self.error(number)
            }
        }
    }

    private static func error(_ number: Int32) -> ExhaustError {
        switch number {
        case EPERM, EACCES:
            ExhaustError(
                .notPermitted, errno: number, "cannot listen to taskstats",
                advice: "run it as root or give it CAP_NET_ADMIN")
        case EINVAL:
            ExhaustError(
                .unavailable, errno: number, "cannot listen to taskstats",
                advice: "the kernel allows it in the first PID and user namespace alone, not in a container")
        default:
            ExhaustError(
                .unavailable, errno: number, "cannot listen to taskstats",
                advice: "the kernel needs CONFIG_TASKSTATS, CONFIG_TASK_XACCT and CONFIG_TASK_IO_ACCOUNTING")
        }
    }
}
