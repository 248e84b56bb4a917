import CLinux
package import ExhaustCore
import ExhaustRuntime
import Glibc
package import Logging

/// The Unix datagram socket to which the shells' helpers report. The kernel tells who sent (SCM_CREDENTIALS).
package final class HookSocket: Sendable {
    /// Where the helper sends unless `EXHAUST_CLI_SOCKET` says otherwise.
    package static let standardPath = "/run/exhaust/cli.sock"

    private let socket: Socket
    private let file: UnixSocketFile
    private let clock: @Sendable () -> Timestamp

    /// Binds `path`, open to all users; a socket left over by a program that is gone is replaced.
    package init(path: String, clock: @escaping @Sendable () -> Timestamp = { .now() }) throws(ExhaustError) {
        (socket, file) = try UnixSocketFile.bind(path)
        socket.set(SO_RCVBUF, 4 * 1024 * 1024)
        self.clock = clock
    }

    /// Receives on the calling thread, which it blocks, until `isStopped`, asked five times a second at least; then
    /// takes what is left and removes the socket. What is no report is counted and logged, once a minute at most;
    /// nothing of its content is.
    package func run(_ take: @Sendable (HookReport) -> Void, isStopped: () -> Bool, logger: Logger) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: HookDatagram.limit + 1, alignment: 16)
        defer {
            wipe(buffer)
            buffer.deallocate()
        }
        var refused = RepeatedFailure()
        while true {
            let isLast = isStopped()
            if isLast { file.remove() }
            var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, isLast ? 0 : 200)
            while true {
                var datagram = exhaust_datagram()
                let received = exhaust_receive_datagrams(
                    socket.descriptor, buffer.baseAddress, buffer.count, 1, &datagram)
                guard received > 0 else { break }
                let (sender, count) = (datagram.sender, datagram.length)
                do throws(HookDatagram.Flaw) {
                    let origin = HookReport.Sender(pid: sender.pid, uid: sender.uid, gid: sender.gid)
                    guard sender.has_credentials != 0 else { throw HookDatagram.Flaw(reason: "its sender is unknown") }
                    let bytes = UnsafeRawBufferPointer(buffer)[..<min(count, buffer.count)]
                    take(try HookDatagram.parse(bytes, sender: origin, received: clock()))
                } catch {
                    log(error, &refused, sender, logger)
                }
                wipe(UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(count, buffer.count)]))
            }
            if isLast { return }
        }
    }

    private func log(
        _ flaw: HookDatagram.Flaw, _ refused: inout RepeatedFailure, _ sender: exhaust_sender, _ logger: Logger
    ) {
        guard let count = refused.note(at: clock()) else { return }
        logger.warning(
            "datagrams at the hook socket are no reports",
            metadata: [
                "error.message": "\(flaw.reason)", "sender.pid": "\(sender.pid)", "sender.uid": "\(sender.uid)",
                "failures.count": "\(count)",
            ])
    }

    /// Overwrites what was typed; explicit_bzero(3) is not optimised away.
    private func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return }
        explicit_bzero(base, buffer.count)
    }
}
