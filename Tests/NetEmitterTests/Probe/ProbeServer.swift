import ExhaustCore
import Glibc
import Synchronization

/// A server for one test, on a free port of 127.0.0.1: it reads once, answers each connection alike, and ends it.
final class ProbeServer: Sendable {
    private let listener: Int32
    let port: UInt16
    private let requests = Mutex<[String]>([])
    private let answer: String?

    /// Answers with `answer`; without one it says nothing for as long as it lives.
    init(answer: String?) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isListening else { throw ExhaustError(.unavailable, errno: errno, "cannot listen on the loopback") }
        port = UInt16(bigEndian: address.sin_port)
        try OSThread.start(named: "probe-server") { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 { serve(connection) }
        }
    }

    /// What was asked, in order.
    var asked: [String] { requests.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        guard let answer else { return }  // it ends with the test's process
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(connection, &buffer, buffer.count)
        requests.withLock { $0.append(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)) }
        _ = write(connection, answer, answer.utf8.count)
    }
}
