import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc

/// Two network namespaces, joined by a veth pair whose ends are `near` and `far`. They end with their holders.
struct TestNetwork: Sendable {
    /// What a test needs; the reason to print where it is missing.
    static let isPossible = geteuid() == 0 && ["unshare", "nsenter", "ip"].allSatisfy(hasProgram)
    static let needs = "needs root, unshare, nsenter and ip"

    private let holders: [ChildProcess]

    private static func hasProgram(_ name: String) -> Bool {
        ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private init() async throws {
        holders = try (0..<2).map { _ in try ChildProcess(["unshare", "--net", "sleep", "60"]) }
        for holder in holders {
            while try Self.network(of: holder.pid) == Self.network(of: getpid()) {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        try await near("ip", "link", "set", "lo", "up")
        try await far("ip", "link", "set", "lo", "up")
        try await addLink()
    }

    /// Runs `body` with such a network.
    static func with<T>(_ body: (TestNetwork) async throws -> T) async throws -> T {
        let network = try await TestNetwork()
        defer { for holder in network.holders { holder.signal(SIGKILL) } }
        return try await body(network)
    }

    /// Adds the pair and switches it on; IPv6 says nothing by itself.
    func addLink() async throws {
        try await near(
            "ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", "\(holders[1].pid)")
        for (enter, name) in [(near, "near"), (far, "far")] {
            try await enter(["sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/\(name)/disable_ipv6"])
            try await enter(["ip", "link", "set", name, "up"])
        }
    }

    /// Runs a command in the near namespace.
    func near(_ command: String...) async throws { try await near(command) }

    /// Runs a command in the far namespace.
    func far(_ command: String...) async throws { try await far(command) }

    private func near(_ command: [String]) async throws { try await run(command, in: 0) }

    private func far(_ command: [String]) async throws { try await run(command, in: 1) }

    private func run(_ command: [String], in number: Int) async throws {
        try await ChildProcess.run(["nsenter", "-t", "\(holders[number].pid)", "--net"] + command)
    }

    /// Runs `body` on a thread in the near namespace: what it opens belongs there.
    func inNear<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await inNamespace(0, body)
    }

    /// The same in the far one.
    func inFar<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await inNamespace(1, body)
    }

    private func inNamespace<T: Sendable>(
        _ number: Int, _ body: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let path = "/proc/\(holders[number].pid)/ns/net"
        return try await withThread(named: "test-namespace") {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            // Swift's Glibc does not show setns(2).
            typealias Enter = @convention(c) (Int32, Int32) -> Int32
            guard let symbol = dlsym(nil, "setns"), unsafeBitCast(symbol, to: Enter.self)(descriptor, 0) == 0 else {
                throw ExhaustError(.unavailable, errno: errno, "cannot enter \(path)")
            }
            return try await body()
        }
    }

    private static func network(of pid: pid_t) throws -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let length = readlink("/proc/\(pid)/ns/net", &buffer, buffer.count)
        guard length > 0 else { throw ExhaustError(.unavailable, errno: errno, "no process \(pid)") }
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
