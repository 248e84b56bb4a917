import ExhaustCore
import ExhaustRuntime
import Glibc

/// Asks systemd for its units: over the system's bus, or where there is none, as on small machines, by systemd's own
/// socket, which only root may use.
///
/// Control groups and files do not tell of units that failed, and systemctl(1) would be a process each time.
struct SystemdManager {
    /// The socket, and whether a bus is behind it.
    typealias Address = (path: String, isBus: Bool)

    private let addresses: [Address]
    private let limit: Duration
    /// A unit takes some 300 bytes.
    private static let largestAnswer = 8 << 20

    /// The manager behind one of `addresses`, which has `limit` to answer.
    init(_ addresses: [Address], limit: Duration = .seconds(2)) {
        self.addresses = addresses
        self.limit = limit
    }

    /// All units that are loaded.
    func units() throws -> [SystemdUnit] {
        let deadline = ContinuousClock.now + limit
        for address in addresses where access(address.path, F_OK) == 0 {
            let conversation = try Conversation(address.path, deadline: deadline)
            return try conversation.units(isBus: address.isBus, largest: Self.largestAnswer)
        }
        throw ExhaustError(
            .unavailable, "systemd cannot be asked: there is no socket", at: addresses.first?.path,
            advice: "install dbus, or run the emitter as root")
    }
}

/// One connection, and what is said over it.
private final class Conversation {
    private let socket: Socket
    private let path: String
    private let deadline: ContinuousClock.Instant
    private var received: [UInt8] = []

    init(_ path: String, deadline: ContinuousClock.Instant) throws {
        do {
            socket = try Socket(family: AF_UNIX, type: SOCK_STREAM)
        } catch {
            throw ExhaustError(.unavailable, errno: error.number, "cannot open a socket", at: path)
        }
        self.path = path
        self.deadline = deadline
        // A connection over a Unix socket is there at once, or not at all.
        guard UnixSocketFile.withAddress(path, { connect(socket.descriptor, $0, $1) }) == 0 else {
            throw ExhaustError(.unavailable, errno: errno, "cannot connect", at: path)
        }
    }

    func units(isBus: Bool, largest: Int) throws -> [SystemdUnit] {
        try say(BusMessage.greeting(userID: geteuid()))
        let line = try take { $0.firstIndex(of: 10).map { $0 + 1 } }
        guard line.starts(with: "OK".utf8) else {
            throw ExhaustError(.notPermitted, "it does not let us in", at: path)
        }
        let hello = BusMessage.Call(
            destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
            member: "Hello")
        let list = BusMessage.Call(
            destination: "org.freedesktop.systemd1", path: "/org/freedesktop/systemd1",
            interface: "org.freedesktop.systemd1.Manager", member: "ListUnits")
        try say((isBus ? BusMessage.bytes(of: hello, serial: 1) : []) + BusMessage.bytes(of: list, serial: 2))
        while true {
            _ = try take { $0.count >= 16 ? 0 : nil }
            guard let length = BusMessage.length(received[...], limit: largest) else { throw nonsense }
            let message = try take { $0.count >= length ? length : nil }
            guard let answer = BusMessage.answer(message[...]) else { throw nonsense }
            if let error = answer.error, answer.serial == 1 || answer.serial == 2 {
                throw ExhaustError(.unavailable, "cannot ask for units: \(error)", at: path)
            }
            // Signals come along, and the answer to Hello.
            guard answer.serial == 2 else { continue }
            guard let units = SystemdUnit.list(answer.body) else { throw nonsense }
            return units
        }
    }

    private var nonsense: ExhaustError { ExhaustError(.invalidData, "the answer cannot be understood", at: path) }

    /// A few hundred bytes, which fit into the socket's buffer.
    private func say(_ words: [UInt8]) throws {
        guard send(socket.descriptor, words, words.count, Int32(MSG_NOSIGNAL)) == words.count else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot ask for units", at: path)
        }
    }

    /// Waits until what was received has so many bytes as `end` says, and takes them.
    private func take(_ end: ([UInt8]) -> Int?) throws -> [UInt8] {
        while true {
            if let count = end(received) {
                defer { received.removeFirst(count) }
                return Array(received[..<count])
            }
            let rest = deadline - .now
            var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
            guard rest > .zero, poll(&entry, 1, Int32(rest.inSeconds * 1000) + 1) >= 0 || errno == EINTR else {
                throw ExhaustError(.unavailable, "it does not answer", at: path)
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(socket.descriptor, &chunk, chunk.count)
            if count == 0 { throw ExhaustError(.unavailable, "it closed the connection", at: path) }
            if count > 0 {
                received += chunk[..<count]
            } else if errno != EAGAIN && errno != EINTR {
                throw ExhaustError(.inputOutput, errno: errno, "cannot read the answer", at: path)
            }
        }
    }
}
