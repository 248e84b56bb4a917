import ExhaustCore

/// Says in a few words what a record shows.
enum Evidence {
    /// A sentence about the record named `identity`, without its content if it did not pass by here.
    static func sentence(_ record: Event?, _ identity: EventIdentity) -> String {
        let name = "\(EventSource(identity.source)?.role ?? identity.source) #\(identity.id)"
        guard let record else { return name }
        let words =
            switch record.type {
            case .acct: process(record.data)
            case .perf: "a sample of the host's state"
            case .syslog: record.data["message"]?.string ?? "a log line"
            default: "a record"
            }
        return "\(name): \(words)"
    }

    private static func process(_ data: ValueMap) -> String {
        let command = data["process.command"]?.string ?? "a process"
        let pid = data["process.pid"]?.int.map { " (pid \($0))" } ?? ""
        if let signal = data["exhaust.exit.signal_name"]?.string { return "\(command)\(pid) was killed by \(signal)" }
        return "\(command)\(pid) exited with \(data["process.exit.code"]?.int ?? 0)"
    }
}
