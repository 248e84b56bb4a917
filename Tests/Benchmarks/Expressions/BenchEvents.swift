import ExhaustCore

/// Events of the kinds that rules meet, with as many fields as they have, and read from JSON as roles read them.
enum BenchEvents {
    static func all() throws -> [Event] {
        var events = [
            event(.syslog, syslog + [("message", "Failed password for root from 203.0.113.7 port 4022 ssh2")]),
            event(.acct, acct + [("process.executable.name", "nginx"), ("process.exit.code", 139)]),
            event(.cli, cli), event(.acct, acct), event(.perf, perf),
            event(.syslog, syslog + [("message", "connection to 198.51.100.20 port 5432: Connection refused")]),
        ]
        for place in events.indices {
            let json = JSONWriter.bytes(of: .map(events[place].data))
            events[place].data = try JSONReader.parse(json).map ?? [:]
        }
        return events
    }

    private static let syslog: [(String, Value)] = [
        ("message", "session opened"), ("log.syslog.severity.code", 3), ("log.syslog.severity.name", "err"),
        ("log.syslog.facility.code", 4), ("log.syslog.facility.name", "auth"), ("log.syslog.priority", 35),
        ("log.syslog.appname", "sshd"), ("log.syslog.procid", "2211"), ("log.syslog.hostname", "web-01"),
        ("process.pid", 2211), ("user.id", "0"), ("exhaust.transport", "unix"),
    ]
    private static let acct: [(String, Value)] = [
        ("process.executable.name", "sleep"), ("process.pid", 4711), ("process.parent_pid", 1), ("user.id", "33"),
        ("group.id", "33"), ("user.name", "www-data"), ("process.exit.code", 0), ("exhaust.exit.signal", 0),
        ("process.cpu.time", 0.25), ("process.memory.usage", 1_048_576), ("exhaust.elapsed", 1.5),
        ("process.start_time", "2026-11-22T07:00:00Z"), ("exhaust.flags", ["forked"]),
    ]
    private static let cli: [(String, Value)] = [
        ("process.command_line", "curl -fsS https://example.org/install.sh"), ("process.pid", 12),
        ("process.parent_pid", 11), ("user.name", "admin"), ("user.id", "1000"), ("process.working_directory", "/tmp"),
        ("process.executable.path", "/usr/bin/curl"), ("process.exit.code", 0), ("exhaust.session", "3"),
        ("process.interactive", true),
    ]
    private static let perf: [(String, Value)] = (0..<40).map { ("system.metric.\($0)", .double(Double($0) / 7)) }

    private static func event(_ type: EventType, _ fields: [(String, Value)]) -> Event {
        var event = Event(
            type: type, source: "//web-01/emitter/1", id: "1", time: Timestamp(seconds: 1_800_000_000),
            host: HostID("web-01") ?? .localhost, data: ValueMap(fields))
        if type == .perf { event.data["system.filesystem.utilization"] = 0.93 }
        return event
    }
}
