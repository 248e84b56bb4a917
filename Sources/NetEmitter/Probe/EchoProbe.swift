import ExhaustCore
import ExhaustRuntime
import Glibc

/// Sends echo requests and waits for the replies.
struct EchoProbe {
    let address: ProbeAddress
    let count: Int
    let clock: ProbeClock
    /// Time between requests, unless the replies come later.
    private static let pace: Duration = .milliseconds(100)

    private struct Tally {
        var sent: [ContinuousClock.Instant] = []
        var trips: [UInt16: Duration] = [:]
        var failure: ProbeFailure?
    }

    func run(_ result: inout ProbeResult) throws {
        let (socket, isRaw) = try open()
        let status = address.connect(socket)
        guard status == 0 else { throw ProbeFailure(errno: status) }
        let token = UInt64.random(in: .min ... .max)
        var tally = Tally()
        for number in 0..<count where .now < clock.deadline {
            let bytes = EchoMessage(sequence: UInt16(number), token: token).request(isIPv4: isIPv4)
            tally.sent.append(.now)
            if send(socket.descriptor, bytes, bytes.count, 0) < 0 { tally.failure = ProbeFailure(errno: errno) }
            let isLast = number == count - 1
            try collect(socket, isRaw, token, &tally, until: isLast ? clock.deadline : .now + Self.pace)
        }
        report(tally, &result)
        if tally.trips.isEmpty {
            throw tally.failure ?? ProbeFailure(.timeout, "no reply within \(clock.elapsed.inMilliseconds) ms")
        }
    }

    private var isIPv4: Bool { address.family == AF_INET }

    /// A socket for pings: the unprivileged kind where net.ipv4.ping_group_range allows it, else a raw one.
    private func open() throws(ProbeFailure) -> (Socket, isRaw: Bool) {
        let message = Int32(isIPv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6)
        for type in [SOCK_DGRAM, SOCK_RAW] {
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = Glibc.socket(address.family, Int32(type.rawValue) | flags, message)
            guard descriptor >= 0 else { continue }
            let socket = Socket(adopting: descriptor)
            // So that "unreachable" of a router is heard of.
            let level = Int32(isIPv4 ? IPPROTO_IP : IPPROTO_IPV6)
            socket.set(isIPv4 ? IP_RECVERR : IPV6_RECVERR, level: level, 1)
            return (socket, type == SOCK_RAW)
        }
        throw ProbeFailure(
            .local,
            "cannot send echo requests: \(ExhaustError.text(ofErrno: errno)); give CAP_NET_RAW, or widen "
                + "net.ipv4.ping_group_range")
    }

    /// Takes replies until all that were asked for are there, or until `end`. Errors count as answers here.
    private func collect(
        _ socket: Socket, _ isRaw: Bool, _ token: UInt64, _ tally: inout Tally, until end: ContinuousClock.Instant
    ) throws {
        var buffer = [UInt8](repeating: 0, count: 2048)
        while tally.trips.count < tally.sent.count, try clock.isReady(socket.descriptor, POLLIN, until: end) {
            let length = recv(socket.descriptor, &buffer, buffer.count, 0)
            let now = ContinuousClock.now
            guard length >= 0 else {
                if errno == EAGAIN || errno == EINTR { continue }
                tally.failure = ProbeFailure(errno: errno)
                // The report itself, for which the socket would be ready for ever.
                while recv(socket.descriptor, &buffer, buffer.count, Int32(MSG_ERRQUEUE)) >= 0 {}
                if tally.sent.count == count, tally.trips.isEmpty { return }
                continue
            }
            let reply = buffer.withUnsafeBytes { bytes -> EchoMessage? in
                let frame = FrameBytes(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
                // Raw IPv4 sockets give the IP header too.
                let header = isRaw && isIPv4 ? Int(frame.uint8(0) ?? 0) % 16 * 4 : 0
                return EchoMessage(reply: frame.slice(header), isIPv4: isIPv4)
            }
            guard let reply, reply.token == token, Int(reply.sequence) < tally.sent.count else { continue }
            // A reply that comes twice counts once.
            if tally.trips[reply.sequence] == nil {
                tally.trips[reply.sequence] = now - tally.sent[Int(reply.sequence)]
            }
        }
    }

    private func report(_ tally: Tally, _ result: inout ProbeResult) {
        result["packets_sent"] = .int(Int64(tally.sent.count))
        result["packets_received"] = .int(Int64(tally.trips.count))
        let trips = tally.trips.values.map(\.inSeconds)
        guard let shortest = trips.min(), let longest = trips.max() else { return }
        result["rtt_min_seconds"] = .double(shortest)
        result["rtt_mean_seconds"] = .double(trips.reduce(0, +) / Double(trips.count))
        result["rtt_max_seconds"] = .double(longest)
    }
}
