import ExhaustCore

/// Says in a few words what a record shows.
enum Evidence {
    static func sentence(_ record: Event, about fact: Fact) -> String {
        let words =
            switch record.type {
            case .acct: process(record.data)
            case .perf: "sample of the host's state"
            case .syslog: record.data["message"]?.string ?? "a log line"
            default: "a record"
            }
        let role = EventSource(record.source)?.role ?? record.source
        return "\(role) #\(record.id): \(words)"
    }

    private static func process(_ data: ValueMap) -> String {
        let command = data["process.command"]?.string ?? "a process"
        let pid = data["process.pid"]?.int.map { " (pid \($0))" } ?? ""
        if let signal = data["exhaust.exit.signal_name"]?.string { return "\(command)\(pid) was killed by \(signal)" }
        return "\(command)\(pid) exited with \(data["process.exit.code"]?.int ?? 0)"
    }
}
