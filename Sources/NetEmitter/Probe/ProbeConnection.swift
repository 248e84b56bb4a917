import ExhaustCore
import ExhaustRuntime
import Glibc

/// A TCP connection of a probe. Its calls wait, so it belongs on a thread of its own.
struct ProbeConnection {
    let socket: Socket
    let clock: ProbeClock

    /// Connects to the first of `addresses` that takes it; `result` hears to which, and how long that took. Each of
    /// several has its share of the time, so that one that is silent does not hide that another answers.
    init(to addresses: [ProbeAddress], _ clock: ProbeClock, _ result: inout ProbeResult) throws {
        self.clock = clock
        var last = ProbeFailure(.resolution, "the name has no address")
        for (index, address) in addresses.enumerated() {
            let begin = ContinuousClock.now
            let share = (clock.deadline - begin) / (addresses.count - index)
            result.endpoint = address.endpoint
            do {
                socket = try Self.connect(address, clock, until: begin + share)
                result["connect_seconds"] = .double((.now - begin).inSeconds)
                return
            } catch let failure as ProbeFailure {
                last = failure
            }
        }
        throw last
    }

    private static func connect(
        _ address: ProbeAddress, _ clock: ProbeClock, until end: ContinuousClock.Instant
    ) throws -> Socket {
        let socket: Socket
        do { socket = try Socket(family: address.family, type: SOCK_STREAM) } catch {
            throw ProbeFailure(.local, ExhaustError.text(ofErrno: error.number))
        }
        let status = address.connect(socket)
        if status == 0 { return socket }
        guard status == EINPROGRESS else { throw ProbeFailure(errno: status) }
        try clock.wait(socket.descriptor, POLLOUT, until: end)
        var (number, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        getsockopt(socket.descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
        guard number == 0 else { throw ProbeFailure(errno: number) }
        return socket
    }

    /// Sends all of `bytes`.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try clock.wait(socket.descriptor, POLLOUT)
            } else if errno != EINTR {
                throw ProbeFailure(errno: errno)
            }
        }
    }

    /// Waits for more bytes; none at the end.
    func receive() throws -> ArraySlice<UInt8> {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket.descriptor, &chunk, chunk.count, 0)
            if count >= 0 { return chunk[..<count] }
            if errno == EAGAIN {
                try clock.wait(socket.descriptor, POLLIN)
            } else if errno != EINTR {
                throw ProbeFailure(errno: errno)
            }
        }
    }
}
