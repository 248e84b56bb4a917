package import ExhaustCore

/// One of Exhaust's programs: its logic, apart from the wiring that all of them share.
package protocol Role: Sendable {
    associatedtype Configuration: RoleConfiguration

    /// The short name, such as `emitter-acct`; the program is `exhaust-` and this.
    static var name: String { get }
    /// Whether it measures, or lives on other roles' events.
    static var kind: RoleKind { get }
    /// Whether it can read its source again after a crash, and so needs no spool.
    static var rereadsSource: Bool { get }

    /// Sets the role up; what can be wrong with the configuration is thrown here or by `validate`.
    init(configuration: Configuration, context: RoleContext) throws

    /// Works until the input ends or the task is cancelled, which is how a graceful shutdown reaches it.
    func run() async throws

    /// Takes a new configuration while running (SIGHUP). On an error the old one stays in force.
    func reload(_ configuration: Configuration) async throws

    /// A new configuration, or a file that it names, was broken, and the old one stays in force.
    func keepConfiguration(because error: any Error) async
}

extension Role {
    package static var rereadsSource: Bool { false }
    package func keepConfiguration(because error: any Error) async {}
    static var spools: Bool { kind.isEmitter && !rereadsSource }
}

/// Where a role's input comes from.
package enum RoleKind: Sendable, Equatable {
    /// Measures the host: its input is a source of its own, its output telemetry of this type.
    case emitter(EventType)
    /// Lives on events of other roles.
    case consumer

    /// The usual type of what it emits through its outbox.
    var telemetryType: EventType { if case .emitter(let type) = self { type } else { .status } }
    var isEmitter: Bool { self != .consumer }
}

/// A role's own configuration keys, which stand beside the common ones.
package protocol RoleConfiguration: Decodable, Sendable {
    /// Checks what types cannot say, and loads every file that the configuration names. Throws `ExhaustError`.
    func validate() throws
}
