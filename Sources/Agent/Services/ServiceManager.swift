/// What starts and stops services on a host: systemd, sysvinit or supervisor.
package protocol ServiceManager: Sendable {
    /// The name, as results report it.
    var name: String { get }

    /// Whether it is this manager that has the service.
    func manages(_ service: String) async throws -> Bool

    /// Whether the service runs; `nil` if the manager cannot tell.
    func isRunning(_ service: String) async throws -> Bool?

    /// Asks for `verb` and waits until the manager says that it is done.
    func perform(_ verb: ServiceVerb, on service: String) async throws -> CommandResult
}

/// What can be asked of a service.
package enum ServiceVerb: String, Sendable, CaseIterable {
    case start, stop, restart, reload
}
