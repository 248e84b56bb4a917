import ExhaustCore
import Glibc
import Synchronization

/// Sends numbered lines of 250 bytes to a port of this machine as fast as it takes them, on threads of its own.
final class SyslogFlood: Sendable {
    private let sent = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)

    /// Every line is so long.
    private static let size = 250

    /// One sender on each of `connections` sockets, which sends `rate` lines a second at most.
    init(_ type: __socket_type, port: Int, connections: Int, rate: Int) throws {
        for number in 0..<connections {
            let socket = Glibc.socket(AF_INET, Int32(type.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let status = withUnsafeBytes(of: &address) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) { connect(socket, $0.baseAddress, socklen_t(bytes.count)) }
            }
            guard status == 0 else { throw ExhaustError(.unavailable, errno: errno, "cannot connect") }
            running.add(1, ordering: .relaxed)
            try OSThread.start(named: "flood") { [self] in
                send(number, over: socket, isStream: type == SOCK_STREAM, rate: rate)
                close(socket)
                running.subtract(1, ordering: .releasing)
            }
        }
    }

    /// How many lines were sent.
    var count: Int { sent.load(ordering: .acquiring) }

    /// Ends it, and waits until nothing more is sent.
    func stop() async {
        isStopped.store(true, ordering: .releasing)
        while running.load(ordering: .acquiring) > 0 {
            await Task { _ = try? await Task.sleep(for: .milliseconds(10)) }.value
        }
    }

    private func send(_ connection: Int, over socket: Int32, isStream: Bool, rate: Int) {
        let start = ContinuousClock.now
        var number = 0
        // A stream gets pieces of some lines each, a datagram has one.
        let lines = isStream ? 100 : 1
        while !isStopped.load(ordering: .relaxed) {
            var piece: [UInt8] = []
            for _ in 0..<lines {
                number += 1
                let head = "<13>1 - web-01 flood - - - \(connection) \(number) "
                piece += Array(head.utf8)
                piece += Array(repeating: UInt8(ascii: "x"), count: Self.size - head.utf8.count - 1)
                piece.append(UInt8(ascii: "\n"))
            }
            var rest = piece[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
            sent.add(lines, ordering: .releasing)
            let ahead = Duration.seconds(Double(number) / Double(rate)) - (ContinuousClock.now - start)
            if ahead > .milliseconds(2) { usleep(useconds_t(ahead / .microseconds(1))) }
        }
    }
}

/// What arrived of a flood.
struct FloodArrivals: Sendable {
    private(set) var arrived = 0
    /// How many were behind one that was sent after them.
    private(set) var disordered = 0
    private(set) var gaps: [String: Int] = [:]
    private var latest: [Int: Int] = [:]

    /// How many losses were told.
    var lost: Int { gaps.values.reduce(0, +) }

    mutating func add(_ event: Event) {
        if event.type == .gap, let kind = event.data["kind"]?.string, kind.hasPrefix("syslog.") {
            gaps[kind, default: 0] += event.data["count"]?.int.flatMap { Int(exactly: $0) } ?? 0
        }
        guard event.type == .syslog, event.data["log.syslog.appname"] == "flood" else { return }
        let words = event.data["message"]?.string?.split(separator: " ") ?? []
        guard words.count == 3, let connection = Int(words[0]), let number = Int(words[1]) else { return }
        arrived += 1
        if number <= latest[connection, default: 0] { disordered += 1 }
        latest[connection] = number
    }
}
