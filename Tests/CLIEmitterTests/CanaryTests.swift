import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

/// Secrets that are typed in a real shell, and what the real emitter then leaves on disk.
@Suite("Planted secrets", .serialized, .timeLimit(.minutes(1)), .enabled(if: getuid() == 0))
struct CanaryTests {
    /// Lines with a secret of each kind, in the place of `%`.
    private static let lines = [
        "true || mysql -u root -p%", "true --password=% db", "true -H 'Authorization: Bearer %' https://host",
        "true https://user:%@host/repo", "DB_PASSWORD=% true", "export AWS_SECRET_ACCESS_KEY=%",
        "true AKIA%", "true eyJhbGciOiJIUzI1NiJ9.%.%", "sh -c 'sleep 0.1; true --token=%'",
        "sh -c 'sleep 0.1 || sshpass -p %'",
        "cat <<E\n-----BEGIN RSA PRIVATE KEY-----\n%\n%\n-----END RSA PRIVATE KEY-----\nE",
        "mkdir -p $HOME/token=% && cd $HOME/token=% && sleep 0.1", "exec sh -c 'sleep 0.1 || curl -u me:%'",
    ]

    /// Long enough for each form of token, and told apart by its number.
    private static func canary(_ number: Int) -> String { "C4N4RYx\(number)x0123456789abcdefghijklmnop" }

    @Test("they are in no file of the emitter while the broker is away, nor after a crash")
    func nowhere() async throws {
        // Nobody listens there.
        let session = try await EmitterSession { folder in
            ["--broker", "amqp://127.0.0.1:9/", "--set", "broker.login=x"]
                + ["--set", "spool.directory=\(folder.path)/spool", "--log-level", "trace"]
        }
        // From here on it takes reports and the kernel's events.
        try await waitForSpool(of: session, toHold: "\"sleep 0.05\"")
        let terminal = try await session.start("bash")
        for (number, line) in Self.lines.enumerated() {
            terminal.type(
                line.split(separator: "%", omittingEmptySubsequences: false).joined(separator: Self.canary(number))
                    .replacing("\n", with: "\r") + "\r")
            if number < Self.lines.count - 1 { try await terminal.wait(for: "<ready:0>") }
        }
        try await waitForSpool(of: session, toHold: "curl -u me:«redacted")
        #expect(await session.abort() == 128 + SIGABRT)
        // A core, or the backtrace of Swift's runtime, would hold some.
        var (files, markers) = (0, 0)
        for path in try await session.files(["spool", "state", "work", "log", "output"]) {
            let text = String(decoding: try FileContent.read(path, limit: 64 << 20), as: UTF8.self)
            let found = text.firstRange(of: "C4N4RY").map { text[..<$0.upperBound].suffix(300) }
            #expect(found == nil, "\(path)")
            #expect(!path.contains("/core") && !text.contains("*** Program crashed"), "\(path)")
            files += 1
            markers += text.split(separator: "«redacted:").count - 1
        }
        // Not that nothing was found because nothing was there.
        #expect(files >= 4 && markers >= Self.lines.count, "\(files) files, \(markers) markers")
        withExtendedLifetime((session, terminal)) {}
    }

    @Test("a process of the emitter's own user can read nothing of it")
    func closed() async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        chmod(folder.path, 0o777)
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let options = [
            "--to", "\(folder.path)/events", "--set", "kernel=none", "--set", "key_directory=\(folder.path)",
        ]
        let emitter = try ChildProcess(
            nobody + [EmitterSession.program] + options + ["--set", "socket=\(folder.path)/s"])
        while access("\(folder.path)/s", F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
        let other = try ChildProcess(nobody + ["sleep", "10"])
        while try uid(of: "/proc/\(other.pid)") != 65_534 { try await Task.sleep(for: .milliseconds(10)) }
        for (pid, owner) in [(emitter.pid, uid_t(0)), (other.pid, 65_534)] {
            #expect(try uid(of: "/proc/\(pid)") == 65_534 && uid(of: "/proc/\(pid)/mem") == owner)
            for file in ["environ", "mem"] {
                let reader = try ChildProcess(nobody + ["sh", "-c", "exec 3</proc/\(pid)/\(file)"])
                #expect((await reader.wait(upTo: .seconds(10)) == 0) == (owner != 0), "\(file) of \(owner)")
            }
        }
        for process in [emitter, other] {
            process.signal(SIGTERM)
            _ = await process.wait(upTo: .seconds(10))
        }
    }

    private func uid(of path: String) throws -> uid_t {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ExhaustError(.noInput, errno: errno, "cannot look at", at: path) }
        return status.st_uid
    }

    private func waitForSpool(of session: EmitterSession, toHold text: String) async throws {
        for _ in 0..<200 {
            try await ChildProcess.run(["sleep", "0.05"])
            for path in try await session.files(["spool"]) {
                let bytes = try FileContent.read(path, limit: 64 << 20)
                if String(decoding: bytes, as: UTF8.self).contains(text) { return }
            }
        }
    }
}
