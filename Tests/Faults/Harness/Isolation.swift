import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import UnixSignals

/// The harness in PID, mount and network namespaces of its own: whatever becomes of it, its processes, mounts and links
/// end with it, and its ports are nobody else's. Its folder is /tmp to everything inside.
enum Isolation {
    /// Whether this user is more than the root of a user namespace.
    static var isRoot: Bool {
        guard let map = try? FileContent.read("/proc/self/uid_map") else { return false }
        let numbers = String(decoding: map, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        return geteuid() == 0 && numbers == ["0", "0", "4294967295"]
    }

    /// Runs this program inside; gives its exit status.
    static func run(arguments: [String]) async throws -> Int32 {
        let folder = try TemporaryDirectory(prefix: "exhaust-faults")
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let user = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
        // A session of its own, so that a terminal's ^C reaches this process alone.
        let command =
            ["setsid", "unshare"] + user + ["--pid", "--mount", "--net", "--mount-proc", "--fork", "--kill-child"]
            + [Programs.own, "run", "--inside", folder.path] + arguments
        let streams = "/proc/\(getpid())/fd"
        let child = try ChildProcess(command, output: "\(streams)/1", errors: "\(streams)/2")
        let status = await withTaskGroup(of: Int32?.self) { group in
            group.addTask { await child.wait(upTo: .seconds(3 * 3600)) }
            group.addTask {
                for await _ in signals {
                    child.signal(SIGKILL)
                    return nil
                }
                return nil
            }
            let status = await group.next() ?? nil
            group.cancelAll()
            return status
        }
        guard let status else {
            folder.remove()
            return 130
        }
        // A fault that failed leaves its folder to whoever wants to know why.
        if status == 0 || rmdir(folder.path) == 0 { folder.remove() }
        return status
    }

    /// Makes the namespaces fit to work in.
    static func settle() async throws {
        guard let folder = CommandLine.arguments.drop(while: { $0 != "--inside" }).dropFirst().first else { return }
        // Not by a command, whose output's file would be hidden by it.
        guard mount(folder, "/tmp", nil, UInt(MS_BIND), nil) == 0 else {
            throw ExhaustError(.unavailable, errno: errno, "cannot mount \(folder) on /tmp")
        }
        // Hides the host's services, and its systemd, from the agent.
        try await ChildProcess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"])
        try await ChildProcess.run(["ip", "link", "set", "lo", "up"])
    }
}
