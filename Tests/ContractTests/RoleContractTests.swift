import ExhaustCore
import Glibc
import Testing

/// docs/specs/role.md, held against every program.
@Suite("Every role", .timeLimit(.minutes(5)))
struct RoleContractTests {
    @Test("tells its version and its flags, with an example", arguments: try RoleCase.all())
    func help(role: RoleCase) async throws {
        let version = try await role.program.run(["--version"])
        #expect(version.status == 0)
        #expect(version.output.hasPrefix("\(role.name) 0."))
        let help = try await role.program.run(["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("Example:\n") && help.output.contains("  \(role.name)"))
        let flags = ["config", "set", "broker", "host", "from", "to", "once", "check", "log-level", "version", "help"]
        for flag in flags { #expect(help.output.contains("--\(flag)"), "\(flag)") }
    }

    @Test("exits 64 for wrong usage", arguments: try RoleCase.all())
    func usage(role: RoleCase) async throws {
        #expect(try await role.program.run(["--nonsense"]).status == 64)
    }

    @Test("checks its configuration: 0 for a good one", arguments: try RoleCase.all())
    func check(role: RoleCase) async throws {
        let result = try await role.program.run(["--check"] + role.flags)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "\(role.name): configuration ok\n")
    }

    @Test("checks its configuration: 78 with file, line and key for a bad one", arguments: try RoleCase.all())
    func checkBad(role: RoleCase) async throws {
        let folder = try #require(RoleCase.folder)
        for (text, message) in [
            (
                "host: web-01\nstatus_intervall: 1s\n",
                ":2: status_intervall: unknown key, did you mean 'status_interval'?"
            ),
            ("host: Web.01\n", ":1: host: 'Web.01' is no host id ([a-z0-9-]{1,63})"),
            ("status_interval: soon\n", ":1: status_interval: expected a duration such as 250ms, 10s or 5m"),
            ("broker:\n  url: http://x\n  login: a\n", ":2: broker.url: "),
            ("log_level: [", ":2:1: "),
            ("log_level: loud\n", ":1: log_level: 'loud' is no log level"),
        ] {
            let file = try folder.write(Array(text.utf8), to: "\(role.name).yaml")
            let result = try await role.program.run(["--check", "--config", file] + role.flags)
            #expect(result.status == 78, "\(text)")
            #expect(result.errors.hasPrefix("\(role.name): \(file)\(message)"), "\(result.errors)")
        }
    }

    @Test("takes keys from the environment, and names the variable that is wrong", arguments: try RoleCase.all())
    func environment(role: RoleCase) async throws {
        let result = try await role.program.run(
            ["--check"] + role.flags, environment: ["EXHAUST_STATUS_INTERVAL": "never"])
        #expect(result.status == 78)
        #expect(result.errors.contains("environment variable EXHAUST_STATUS_INTERVAL: status_interval: "))
    }

    @Test("needs a broker or a pipe, and says so", arguments: try RoleCase.all())
    func noBroker(role: RoleCase) async throws {
        let result = try await role.program.run(role.flags)
        #expect(result.status == 78)
        #expect(result.errors.contains("no broker is configured"))
    }

    @Test("works in pipe mode, the same each time", arguments: try RoleCase.all())
    func pipe(role: RoleCase) async throws {
        let arguments = ["--from", role.from, "--to", "-", "--host", "web-01"] + role.flags
        let first = try await role.program.run(arguments, input: role.input)
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.events().count >= role.events, "\(first.output)\(first.errors)")
        let second = try await role.program.run(arguments, input: role.input)
        // What perf sees of `/` changes by itself, orchestrator and agent stamp signatures and results with the clock.
        let isReplayable = [
            "exhaust-emitter-syslog", "exhaust-emitter-cli-logging", "exhaust-emitter-acct",
            "exhaust-emitter-net", "exhaust-analyzer", "exhaust-activator",
        ]
        if isReplayable.contains(role.name) { #expect(first.output == second.output) }
    }

    @Test("reports bad input with its place, reads on, and exits 65", arguments: try RoleCase.all())
    func badInput(role: RoleCase) async throws {
        guard role.from == "-", role.name != "exhaust-emitter-syslog" else { return }
        let result = try await role.program.run(
            ["--from", "-"] + role.flags, input: "{\"specversion\":\n\n" + role.input)
        #expect(result.status == 65)
        #expect(result.errors.contains("input.line=\"standard input:1\""), "\(result.errors)")
        #expect(try result.events().count >= role.events)
    }

    @Test("exits 66 when the input is not there, 73 when the output cannot be", arguments: try RoleCase.all())
    func files(role: RoleCase) async throws {
        let missing = try await role.program.run(["--from", "/nowhere/x", "--to", "-"] + role.flags)
        #expect(missing.status == 66, "\(missing.errors)")
        let unwritable = try await role.program.run(
            ["--from", role.from, "--to", "/nowhere/x"] + role.flags, input: role.input)
        #expect(unwritable.status == 73, "\(unwritable.errors)")
    }

    @Test("ends cleanly at SIGTERM while the broker is away, and reloads at SIGHUP", arguments: try RoleCase.all())
    func signals(role: RoleCase) async throws {
        if role.name == "exhaust-emitter-acct", geteuid() != 0 {
            print("skipped: process accounting needs root")
            return
        }
        // Nothing listens on the discard port.
        let broker = [
            "--broker", "amqp://127.0.0.1:9", "--set", "broker.login=x", "--set", "broker.password_file=/dev/null",
        ]
        let folder = try #require(RoleCase.folder)
        try folder.write(Array("secret\n".utf8), to: "password")
        let arguments = broker.dropLast(1) + ["broker.password_file=\(folder.path)/password"] + role.flags
        let result = try await role.program.run(
            Array(arguments), signals: [("role started", SIGHUP), ("configuration reloaded", SIGTERM)])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("role stopped"))
        #expect(!result.errors.contains("secret"))
    }
}
