import ExhaustCore

/// Counts processes by command and user, so that a fork storm costs little to ship.
struct Summary: Sendable {
    private static let interval: Duration = .seconds(60)
    /// More kinds than this are told of at once: names are cheap to make up.
    private static let limit = 4096

    private struct Key: Hashable {
        var command: String
        var user: Int64
    }

    private struct Counts {
        var userName: Value?
        var processes: Int64 = 0
        var failures: Int64 = 0
        var userSeconds = 0.0
        var systemSeconds = 0.0
    }

    private var counts: [Key: Counts] = [:]
    private var begin: Timestamp?

    /// Whether nothing was counted.
    var isEmpty: Bool { counts.isEmpty }

    /// Counts the process of an event.
    mutating func add(_ data: ValueMap) {
        let key = Key(command: data["process.command"]?.string ?? "", user: data["process.user.id"]?.int ?? -1)
        var entry = counts[key] ?? Counts(userName: data["process.user.name"])
        entry.processes += 1
        if data["process.exit.code"]?.int != 0 { entry.failures += 1 }
        entry.userSeconds += data["exhaust.acct.user_seconds"]?.number ?? 0
        entry.systemSeconds += data["exhaust.acct.system_seconds"]?.number ?? 0
        counts[key] = entry
    }

    /// What was counted, if a minute is over or `all` is wanted; the most frequent first.
    mutating func take(now: Timestamp, all: Bool) -> [ValueMap] {
        let since = begin ?? now
        begin = since
        // A clock that was set back must not hold it for ever.
        guard all || now < since || now - since >= Self.interval || counts.count >= Self.limit else { return [] }
        defer {
            counts.removeAll(keepingCapacity: true)
            begin = now
        }
        let sorted = counts.sorted { ($1.value.processes, $0.key.command) < ($0.value.processes, $1.key.command) }
        return sorted.map { key, entry in
            var data: ValueMap = [
                "process.command": .string(key.command), "process.user.id": .int(key.user),
                "exhaust.acct.since": .string(since.description), "exhaust.acct.processes": .int(entry.processes),
                "exhaust.acct.failures": .int(entry.failures), "exhaust.acct.user_seconds": .double(entry.userSeconds),
                "exhaust.acct.system_seconds": .double(entry.systemSeconds),
            ]
            data["process.user.name"] = entry.userName
            return data
        }
    }
}
