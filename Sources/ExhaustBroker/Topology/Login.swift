package import ExhaustCore

/// A RabbitMQ user of Exhaust with the least that it needs.
///
/// Nobody on a host may declare anything; the observer and the central roles may declare short-lived queues of their
/// own, the latter to hear of the other instances of their role. What a login may publish is pinned
/// twice: by exchange (vhost permission), and within a topic exchange by routing key (topic permission). RabbitMQ
/// lets a user without a topic permission publish under any key, so every login has a row for every topic exchange.
package struct Login: Sendable, Hashable {
    /// What the login is for.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case emitterSyslog = "emitter-syslog"
        case emitterCLI = "emitter-cli-logging"
        case emitterAcct = "emitter-acct"
        case emitterPerf = "emitter-perf"
        case emitterNet = "emitter-net"
        case agent
        case analyzer, activator, orchestrator
        /// People and `exhaustctl`: read streams and what passes by, write nothing.
        case observer

        /// Whether each host has a login of its own for it.
        package var isPerHost: Bool { Self.hostRoles.contains(self) }

        package static let hostRoles: [Role] = [
            .emitterSyslog, .emitterCLI, .emitterAcct, .emitterPerf, .emitterNet, .agent,
        ]
        package static let centralRoles: [Role] = [.analyzer, .activator, .orchestrator, .observer]

        /// The exchanges that it publishes to.
        package var publishesTo: [String] {
            switch self {
            case .emitterSyslog, .emitterCLI, .emitterAcct, .emitterPerf, .emitterNet:
                [Exchange.telemetry, Exchange.status]
            case .agent: [Exchange.results, Exchange.status]
            case .analyzer: [Exchange.facts, Exchange.journal, Exchange.status, Exchange.dead]
            case .activator: [Exchange.actions, Exchange.journal, Exchange.status, Exchange.dead]
            case .orchestrator: [Exchange.tasks, Exchange.journal, Exchange.status, Exchange.dead]
            case .observer: []
            }
        }

        /// The kinds of entries that it may write to the journal, barriers aside.
        var journalKinds: [String] {
            switch self {
            case .activator: ["decision", "outcome"]
            case .orchestrator: ["run"]
            default: []
            }
        }

        /// The kinds of telemetry that it may send, gaps aside.
        var telemetryKinds: [String] {
            switch self {
            case .emitterSyslog: ["syslog"]
            case .emitterCLI: ["cli"]
            case .emitterAcct: ["acct", "acct_summary"]
            case .emitterPerf: ["perf"]
            case .emitterNet: EventType.net.map { Routing.word($0.kind) }
            default: []
            }
        }
    }

    package let role: Role
    /// The host it speaks for; `nil` for central roles.
    package let host: HostID?

    /// A central role's login.
    package init(_ role: Role) {
        self.role = role
        host = nil
    }

    /// A host role's login.
    package init(_ role: Role, host: HostID) {
        self.role = role
        self.host = host
    }

    /// The user name: `web-01.emitter-perf`, or `analyzer`.
    package var name: String { host.map { "\($0).\(role.rawValue)" } ?? role.rawValue }

    /// All logins of an installation.
    package static func all(hosts: [HostID]) -> [Login] {
        Role.centralRoles.map { Login($0) } + hosts.flatMap { host in Role.hostRoles.map { Login($0, host: host) } }
    }
}

extension Login {
    /// The login that is called `name`; `nil` if that is no name of Exhaust's.
    package init?(name: String) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let role = Role(rawValue: parts[parts.count - 1]) else { return nil }
        if parts.count == 1, !role.isPerHost {
            self.init(role)
        } else if parts.count == 2, role.isPerHost, let host = HostID(parts[0]) {
            self.init(role, host: host)
        } else {
            return nil
        }
    }
}
