import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc

/// A network namespace of a thread's own, which goes with it.
enum NetworkNamespace {
    /// Whether this process may make one.
    static let isPermitted = geteuid() == 0 && access("/proc/self/ns/net", R_OK) == 0

    private static let newNetwork: Int32 = 0x4000_0000

    /// Runs `body` on a thread that sees none of the machine's interfaces, but a loopback, and an interface `void0`
    /// with 10.9.0.1/24 behind which nobody answers.
    static func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await withThread(named: "test-network") {
            typealias Unshare = @convention(c) (Int32) -> Int32
            guard let address = dlsym(nil, "unshare") else {
                throw ExhaustError(.unavailable, "the C library has no unshare(2)")
            }
            guard unsafeBitCast(address, to: Unshare.self)(newNetwork) == 0 else {
                throw ExhaustError(.notPermitted, errno: errno, "cannot make a network namespace")
            }
            try await ChildProcess.run([
                "sh", "-c",
                """
                ip link set lo up && ip link add void0 type veth peer name void1 && ip link set void1 up \
                && ip link set void0 up && ip address add 10.9.0.1/24 dev void0 \
                && ip neighbour add 10.9.0.2 lladdr 02:00:00:00:00:01 dev void0 nud permanent
                """,
            ])
            return try await body()
        }
    }
}

/// TCP and UDP sockets for tests; each closes itself.
struct TestSocket {
    let socket: Socket

    init(_ family: Int32 = AF_INET, _ type: __socket_type = SOCK_STREAM, bind address: String? = nil) throws {
        socket = try Socket(family: family, type: type)
        if let address { try call(Glibc.bind, address, 0, "bind") }
    }

    private init(_ descriptor: Int32) { socket = Socket(adopting: descriptor) }

    var port: UInt16 { UInt16(socket.boundAddress?.port ?? 0) }
    var descriptor: Int32 { socket.descriptor }

    func listen(backlog: Int32 = 16) -> TestSocket {
        Glibc.listen(descriptor, backlog)
        return self
    }

    /// Connects; one that does not come about at once goes on in the kernel.
    func connect(_ address: String, _ port: UInt16) throws { try call(Glibc.connect, address, port, "connect") }

    func accept() throws -> TestSocket {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw ExhaustError(.inputOutput, errno: errno, "cannot accept") }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return TestSocket(accepted)
    }

    func send(_ count: Int) {
        let bytes = [UInt8](repeating: 0x78, count: count)
        _ = Glibc.send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
    }

    func receive(_ count: Int) {
        var bytes = [UInt8](repeating: 0, count: count)
        _ = recv(descriptor, &bytes, count, 0)
    }

    private func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ text: String, _ port: UInt16, _ name: String
    ) throws {
        var status: Int32 = -1
        if text.contains(":") {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            inet_pton(AF_INET6, text, &address.sin6_addr)
            status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, text, &address.sin_addr)
            status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard status == 0 || errno == EINPROGRESS || errno == ECONNREFUSED else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot \(name) \(text)")
        }
    }
}
