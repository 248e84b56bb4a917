import ExhaustCore
import ExhaustTestSupport
import Glibc
import Synchronization

/// A server for one test, on a free port of 127.0.0.1: it reads once, answers each connection alike, and ends it.
final class ProbeServer: Sendable {
    private let listener: LoopbackListener
    private let requests = Mutex<[String]>([])
    private let answer: String?

    /// Answers with `answer`; without one it says nothing for as long as it lives.
    init(answer: String?) throws {
        self.answer = answer
        listener = try LoopbackListener()
        try listener.start { [self] in serve($0) }
    }

    var port: UInt16 { listener.port }
    /// What was asked, in order.
    var asked: [String] { requests.withLock { $0 } }

    func stop() { listener.stop() }

    private func serve(_ connection: Int32) {
        guard let answer else { return }  // it ends with the test's process
        defer { close(connection) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(connection, &buffer, buffer.count)
        requests.withLock { $0.append(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)) }
        _ = write(connection, answer, answer.utf8.count)
    }
}
