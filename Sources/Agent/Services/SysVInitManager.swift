import Glibc

/// Services as scripts in /etc/init.d, through service(8) where the host has it.
package struct SysVInitManager: ServiceManager {
    package let name = "sysvinit"
    private let folder: String
    private let service: String?
    private let runner: any CommandRunner

    /// Uses the scripts in `folder`, run by the program `service` or, without it, by themselves. service(8) looks in
    /// /etc/init.d alone.
    package init(folder: String = "/etc/init.d", service: String?, runner: any CommandRunner) {
        self.folder = folder
        self.service = service
        self.runner = runner
    }

    package func manages(_ service: String) async throws -> Bool {
        access("\(folder)/\(service)", X_OK) == 0
    }

    /// By the exit status of the script's `status` (LSB Core 3.0, section 20.2): 0 runs, 1 to 3 does not. Others,
    /// among them a script without `status`, leave it open.
    package func isRunning(_ service: String) async throws -> Bool? {
        switch try await run(service, "status").end {
        case .exited(0): true
        case .exited(1...3): false
        default: nil
        }
    }

    package func perform(_ verb: ServiceVerb, on service: String) async throws -> CommandResult {
        try await run(service, verb.rawValue)
    }

    private func run(_ name: String, _ argument: String) async throws -> CommandResult {
        let command = service.map { Command($0, [name, argument]) } ?? Command("\(folder)/\(name)", [argument])
        return try await runner.run(command)
    }
}
