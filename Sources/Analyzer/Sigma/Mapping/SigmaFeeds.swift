import ExhaustCore

/// The mapping of fields: docs/sigma.md says it in words.
extension SigmaFeed {
    private static let user = "process.user.name"
    private static let program = "process.executable.path"

    /// Sysmon's words for a process that began.
    static let processes = SigmaFeed(
        stream: .cli,
        views: [
            SigmaView(fields: [
                "Image": .process(program),
                "CommandLine": .commandLine,
                "CurrentDirectory": .data("process.working_directory"),
                "User": .data(user),
                "LogonId": .data("process.real_user.id"),
                "TerminalSessionId": .data("exhaust.cli.audit_session"),
                "ProcessId": .process("process.pid"),
                "ParentProcessId": .process("process.parent_pid"),
                "ParentImage": .parentImage,
            ])
        ],
        key: [user, program], detail: "process.command_line",
        nearest: [
            "ParentImage": "exhaust.cli.ancestors, which has the name of the parent's file without its folder",
            "ParentCommandLine": "exhaust.cli.ancestors, which has the names of the programs above",
        ])

    /// The records that audit writes of an execve, each of which is an event to a rule.
    static let auditd = SigmaFeed(
        stream: .cli,
        views: [
            SigmaView(
                shows: .processes(having: "process.command_args"), constants: ["type": "EXECVE"], hasArguments: true,
                keywords: .commandLine),
            SigmaView(
                shows: .processes(having: program),
                fields: [
                    "exe": .process(program),
                    "comm": .process("process.executable.name"),
                    "pid": .process("process.pid"),
                    "ppid": .process("process.parent_pid"),
                    "uid": .data("process.real_user.id"),
                    "euid": .data("process.user.id"),
                    "egid": .data("process.group.id"),
                    "auid": .data("exhaust.cli.login_user.id"),
                    "ses": .data("exhaust.cli.audit_session"),
                    "tty": .data("exhaust.cli.tty"),
                ],
                constants: ["type": "SYSCALL", "SYSCALL": "execve"]),
        ],
        key: [user, program], detail: "process.command_line",
        nearest: [
            "name": "process.executable.path of exhaust.cli: no stream tells of other files that are opened"
        ])

    /// Connections, with the process of this host.
    static let flows = SigmaFeed(
        stream: .netFlow,
        views: [
            SigmaView(fields: [
                "Image": .data(program),
                "User": .data(user),
                "ProcessId": .data("process.pid"),
                "Protocol": .data("network.transport"),
                "Initiated": .initiated,
                "SourceIp": .data("source.ip"),
                "SourcePort": .data("source.port"),
                "DestinationIp": .data("destination.ip"),
                "DestinationPort": .data("destination.port"),
            ])
        ],
        key: [program, "destination.ip"], detail: "destination.address")

    /// Connections by the name that the client asked for, which a flow has not.
    static let handshakes = SigmaFeed(
        stream: .netTLS,
        views: [
            SigmaView(
                fields: [
                    "Protocol": .data("network.transport"),
                    "SourceIp": .data("source.ip"),
                    "SourcePort": .data("source.port"),
                    "DestinationIp": .data("destination.ip"),
                    "DestinationPort": .data("destination.port"),
                    "DestinationHostname": .data("tls.client.server_name"),
                ],
                constants: ["Initiated": "true"])
        ],
        key: ["source.ip", "tls.client.server_name"], detail: "tls.client.server_name",
        nearest: ["Image": "process.executable.path of exhaust.net.flow, which has no DestinationHostname"])

    /// Questions to name servers.
    static let lookups = SigmaFeed(
        stream: .netDNS,
        views: [
            SigmaView(fields: [
                "QueryName": .data("dns.question.name"),
                "query": .data("dns.question.name"),
                "record_type": .data("dns.question.type"),
                "QueryStatus": .data("dns.response_code"),
            ])
        ],
        key: ["source.ip", "dns.question.name"], detail: "dns.question.name")

    /// Messages, as far as `view` shows them.
    static func syslog(_ view: SigmaView) -> SigmaFeed {
        SigmaFeed(
            stream: .syslog, views: [view], key: ["log.syslog.appname"], detail: "message",
            nearest: ["": "message: give keywords in place of fields"])
    }
}
