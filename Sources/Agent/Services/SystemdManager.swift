/// Services as systemd units, through systemctl(1).
package struct SystemdManager: ServiceManager {
    package let name = "systemd"
    private let systemctl: String
    private let runner: any CommandRunner

    /// Uses the program `systemctl`.
    package init(systemctl: String, runner: any CommandRunner) {
        self.systemctl = systemctl
        self.runner = runner
    }

    package func manages(_ service: String) async throws -> Bool {
        try await property("LoadState", of: service) == "loaded"
    }

    package func isRunning(_ service: String) async throws -> Bool? {
        switch try await property("ActiveState", of: service) {
        // org.freedesktop.systemd1(5), "ActiveState": reloading is active too.
        case "active", "reloading", "refreshing": true
        case "inactive", "failed", "deactivating", "activating": false
        default: nil
        }
    }

    package func perform(_ verb: ServiceVerb, on service: String) async throws -> CommandResult {
        try await runner.run(
            Command(systemctl, ["--no-ask-password", verb.rawValue, "--", "\(service).service"]))
    }

    private func property(_ property: String, of service: String) async throws -> String {
        let command = Command(systemctl, ["show", "--property=\(property)", "--value", "--", "\(service).service"])
        return try await runner.run(command).output
    }
}
