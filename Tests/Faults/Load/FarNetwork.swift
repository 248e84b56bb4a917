import ExhaustCore
import ExhaustTestSupport
import Glibc

/// A network namespace behind a link that can be cut so that neither side is told: what is sent goes nowhere.
struct FarNetwork {
    /// This side's address.
    static let here = "10.77.0.1"
    private static let there = "10.77.0.2"
    private static let link = "far"

    private let holder: ChildProcess

    /// What a command begins with to run there.
    var enter: [String] { ["nsenter", "-t", "\(holder.pid)", "-n"] }

    /// Makes the namespace and the link; they end with the fault.
    init(_ stage: Stage) async throws {
        let holder = try stage.start(["unshare", "--net", "sleep", "600"], log: "network")
        self.holder = holder
        try await wait(for: "the network namespace is not there") {
            try Self.network(of: holder.pid) != Self.network(of: getpid())
        }
        let add = ["ip", "link", "add", Self.link, "type", "veth", "peer", "name", "near", "netns", "\(holder.pid)"]
        for command in [
            add, ["ip", "address", "add", "\(Self.here)/24", "dev", Self.link], ["ip", "link", "set", Self.link, "up"],
            enter + ["ip", "address", "add", "\(Self.there)/24", "dev", "near"],
            enter + ["ip", "link", "set", "near", "up"],
        ] { try await ChildProcess.run(command) }
    }

    func cut() async throws { try await ChildProcess.run(["ip", "link", "set", Self.link, "down"]) }

    func mend() async throws { try await ChildProcess.run(["ip", "link", "set", Self.link, "up"]) }

    private static func network(of pid: pid_t) throws -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let length = readlink("/proc/\(pid)/ns/net", &buffer, buffer.count)
        guard length > 0 else { throw ExhaustError(.unavailable, errno: errno, "no process \(pid)") }
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
