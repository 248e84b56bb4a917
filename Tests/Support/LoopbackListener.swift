import ExhaustCore
import Glibc

/// A TCP socket that listens on a free port of 127.0.0.1, for servers of tests.
package final class LoopbackListener: Sendable {
    private let descriptor: Int32
    package let port: UInt16

    package init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isListening else { throw ExhaustError(.unavailable, errno: errno, "cannot listen on the loopback") }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Gives each connection to `serve`, which closes it, on a thread of its own until `stop`. To be called once.
    package func start(_ serve: @escaping @Sendable (Int32) -> Void) throws {
        try OSThread.start(named: "test-listener") { [descriptor] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 { serve(connection) }
            // By the one who accepts: else it might accept what the next listener with this number is asked.
            close(descriptor)
        }
    }

    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
