/// Services as programs of supervisord, through supervisorctl.
package struct SupervisorManager: ServiceManager {
    package let name = "supervisor"
    private let supervisorctl: String
    private let runner: any CommandRunner

    /// Uses the program `supervisorctl`.
    package init(supervisorctl: String, runner: any CommandRunner) {
        self.supervisorctl = supervisorctl
        self.runner = runner
    }

    package func manages(_ service: String) async throws -> Bool { try await state(of: service) != nil }

    package func isRunning(_ service: String) async throws -> Bool? {
        try await state(of: service).map { $0 == "RUNNING" }
    }

    package func perform(_ verb: ServiceVerb, on service: String) async throws -> CommandResult {
        // supervisor's own `reload` restarts supervisord; a program reloads on SIGHUP.
        let arguments = verb == .reload ? ["signal", "HUP", service] : [verb.rawValue, service]
        let result = try await runner.run(Command(supervisorctl, arguments))
        // Older releases exit with 0 whatever happened; the text says it (`nginx: ERROR (spawn error)`).
        guard result.succeeded, result.output.contains("ERROR") else { return result }
        return CommandResult(.exited(1), output: result.output)
    }

    /// The program's state (supervisord.org, "Process States"), such as `RUNNING`; `nil` if there is no such program.
    /// `status NAME` prints `NAME   STATE   description`, or `NAME: ERROR (no such process)`.
    private func state(of service: String) async throws -> String? {
        let output = try await runner.run(Command(supervisorctl, ["status", service])).output
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.count >= 2, words[0] == service, Self.states.contains(String(words[1])) { return String(words[1]) }
        }
        return nil
    }

    private static let states: Set<String> = [
        "STOPPED", "STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "FATAL", "UNKNOWN",
    ]
}
