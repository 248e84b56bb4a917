import ExhaustCore

/// Events of all streams as a fleet of a hundred hosts sends them: of a hundred, 60 of syslog, 15 of cli, 12 of acct,
/// 11 of net.flow and 2 of perf.
struct MixedStream {
    private let syslog: [Event]
    private let hosts: [HostID]

    init(syslog: [Event]) {
        self.syslog = syslog
        hosts = (0..<100).compactMap { HostID("host-\($0)") }
    }

    /// `count` events, a millisecond apart.
    func events(_ count: Int) -> [Event] {
        var numbers: [String: Int] = [:]
        return (0..<count).map { index in
            let (type, data) = content(index)
            let host = hosts[index / 7 % hosts.count]
            let source = "//\(host)/emitter-\(type.kind)/01KAMZ0000000000000000000P"
            numbers[source, default: 0] += 1
            let time = Timestamp(
                seconds: 1_800_000_000 + Int64(index / 1000), nanoseconds: Int64(index % 1000) * 1_000_000)
            return Event(
                type: type, source: source, id: "\(numbers[source] ?? 0)", time: time, host: host, data: data)
        }
    }

    private func content(_ index: Int) -> (EventType, ValueMap) {
        // Neighbours differ, as on a wire that many share.
        switch index &* 37 % 100 {
        case 0..<60: (.syslog, syslog[index % syslog.count].data)
        case 60..<75: (.cli, cli(index))
        case 75..<87: (.acct, acct(index))
        case 87..<98: (.netFlow, flow(index))
        default: (.perf, perf(index))
        }
    }

    private static let commands = [
        ["/usr/bin/ls", "-la", "/srv/data"], ["/usr/bin/grep", "-rn", "listen", "/etc/nginx"],
        ["/usr/bin/systemctl", "status", "nginx"], ["/usr/bin/git", "pull", "--ff-only"],
        ["/usr/bin/python3", "/opt/app/manage.py", "migrate"], ["/usr/bin/tail", "-n", "100", "/var/log/syslog"],
        ["/usr/bin/ssh", "db-01", "uptime"], ["/usr/bin/cat", "/etc/passwd"],
        ["/usr/bin/curl", "-s", "http://10.0.0.7/health"],
        ["/usr/bin/find", "/var/spool", "-mtime", "+7", "-delete"],
    ]

    private func cli(_ index: Int) -> ValueMap {
        let command = Self.commands[index % Self.commands.count]
        let path = command[0]
        return [
            "exhaust.cli.id": .string("\(index)"), "exhaust.cli.state": "finished",
            "process.command_line": .string(command.joined(separator: " ")),
            "process.command_args": .list(command.map { .string($0) }), "process.executable.path": .string(path),
            "process.executable.name": .string(String(path.dropFirst(9))),
            "process.pid": .int(Int64(1000 + index % 30_000)),
            "process.parent_pid": 871, "process.working_directory": "/srv/app", "process.exit.code": 0,
            "process.user.id": 1000, "process.user.name": "deploy", "process.real_user.id": 1000,
            "process.group.id": 1000, "exhaust.cli.shell.name": "bash", "exhaust.cli.shell.pid": 871,
            "exhaust.cli.tty": "pts/1",
            "exhaust.cli.ancestors": [["process.pid": 871, "process.executable.name": "bash"]],
        ]
    }

    private func acct(_ index: Int) -> ValueMap {
        [
            "process.command": .string(["sh", "sed", "cron", "sshd", "run-parts"][index % 5]),
            "process.pid": .int(Int64(index % 30_000)), "process.user.id": 0, "exhaust.exit.code": 0,
            "exhaust.exit.signal": 0, "process.cpu.user_seconds": 0.01, "process.cpu.system_seconds": 0.02,
            "process.memory.average_bytes": 4_194_304,
        ]
    }

    private func flow(_ index: Int) -> ValueMap {
        [
            "source.ip": .string("10.0.\(index % 4).\(index % 250)"),
            "source.port": .int(Int64(32_768 + index % 28_000)),
            "source.packets": 11, "source.bytes": 1480, "destination.ip": "10.0.9.20",
            "destination.port": .int([443, 5432, 53, 22][index % 4]), "destination.packets": 9,
            "destination.bytes": 6210,
            "network.type": "ipv4", "network.transport": "tcp", "network.direction": "egress",
            "exhaust.net.flow.id": .int(Int64(index + 1)), "exhaust.net.flow.state": "SF",
            "exhaust.net.flow.end_reason": "end_of_flow", "exhaust.net.flow.duration_seconds": 0.31,
            "process.executable.path": "/usr/sbin/nginx", "process.pid": 912,
        ]
    }

    private func perf(_ index: Int) -> ValueMap {
        let disks = ["/", "/srv", "/var", "/home"].map { mount -> Value in
            [
                "system.filesystem.mountpoint": .string(mount), "system.filesystem.mode": "rw",
                "system.filesystem.utilization": .double(0.4 + Double(index % 40) / 100),
            ]
        }
        return [
            "system.filesystem": .list(disks), "system.cpu.utilization": .double(Double(index % 90) / 100),
            "system.memory.utilization": 0.62, "system.cpu.load_average.1m": 0.8,
            "exhaust.process.count": ["nginx": 5, "sshd": 2, "postgres": 11, "cron": 1],
        ]
    }
}
