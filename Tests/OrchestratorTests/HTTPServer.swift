import ExhaustCore
import ExhaustTestSupport
import Glibc
import Synchronization

/// A web server for one test: threads and POSIX sockets, on a free port of the loopback.
final class HTTPServer: Sendable {
    struct Request: Sendable {
        var line: String
        /// Header lines as they came.
        var headers: [String]
        var body: [UInt8]
    }

    enum Reply: Sendable {
        /// These bytes, then the end of the connection.
        case bytes([UInt8])
        /// No answer for as long as the server lives.
        case silence

        static func status(_ line: String, headers: [String] = [], body: String = "") -> Reply {
            let head = ["HTTP/1.1 \(line)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
            return .bytes(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        }
    }

    private let listener: LoopbackListener
    private let state = Mutex((requests: [Request](), open: [Int32](), active: 0, mostActive: 0))
    private let answer: @Sendable (Request) -> Reply

    init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        self.answer = answer
        listener = try LoopbackListener()
        try listener.start { [self] connection in
            try? OSThread.start(named: "http-reply") { [self] in serve(connection) }  // else the test times out
        }
    }

    var port: UInt16 { listener.port }
    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    /// The most requests that were answered at the same time.
    var mostActive: Int { state.withLock { $0.mostActive } }

    func stop() {
        listener.stop()
        for connection in state.withLock({ $0.open }) { close(connection) }
    }

    private func serve(_ connection: Int32) {
        guard let request = Self.read(connection) else {
            close(connection)
            return
        }
        state.withLock { state in
            state.requests.append(request)
            state.active += 1
            state.mostActive = max(state.mostActive, state.active)
        }
        let reply = answer(request)
        state.withLock { $0.active -= 1 }
        switch reply {
        case .silence: state.withLock { $0.open.append(connection) }
        case .bytes(let bytes):
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            close(connection)
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            let lines = head.split(separator: "\r\n").map(String.init)
            let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
            let body = Array(bytes[end.upperBound...])
            if body.count >= length ?? 0 {
                return Request(line: lines.first ?? "", headers: Array(lines.dropFirst()), body: body)
            }
        }
    }
}
