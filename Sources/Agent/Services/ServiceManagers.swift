import ExhaustCore
import Glibc

/// The service managers of a host, in the order in which they are asked.
package struct ServiceManagers: Sendable {
    private let managers: [any ServiceManager]

    package init(_ managers: [any ServiceManager]) { self.managers = managers }

    /// Those that this host has: systemd if it is the init that runs (sd_booted(3)), scripts in /etc/init.d,
    /// supervisor if it is installed.
    package static func ofThisHost(runner: any CommandRunner) -> ServiceManagers {
        var managers: [any ServiceManager] = []
        if access("/run/systemd/system", F_OK) == 0, let path = program("systemctl") {
            managers.append(SystemdManager(systemctl: path, runner: runner))
        }
        managers.append(SysVInitManager(service: program("service"), runner: runner))
        if let path = program("supervisorctl") {
            managers.append(SupervisorManager(supervisorctl: path, runner: runner))
        }
        return ServiceManagers(managers)
    }

    /// The first manager that has the service.
    package func manager(of service: String) async throws -> any ServiceManager {
        for manager in managers where try await manager.manages(service) { return manager }
        let names = managers.map(\.name).joined(separator: ", ")
        throw ExhaustError(.noInput, "no service is named \(service) (asked: \(names))")
    }

    private static func program(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/local/bin/"].map { $0 + name }
            .first { access($0, X_OK) == 0 }
    }
}
