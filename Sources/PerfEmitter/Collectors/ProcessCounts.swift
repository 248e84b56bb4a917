package import ExhaustCore

/// How many processes there are, by state and by command.
package struct ProcessCounts: Sendable {
    /// More programs than this are not told apart, so that made-up names cannot make an event huge.
    private static let commandLimit = 1000
    /// States that are told of even if no process is in them, so that rules can rely on the key.
    private static let usualStates = Array("RSDITZ".utf8)

    private var states: [UInt8: Int64] = [:]
    private var commands: [String: Int64] = [:]
    /// Threads of all processes.
    package private(set) var threads: UInt64 = 0

    /// Counts `entries`.
    package init(_ entries: [ProcessTable.Entry]) {
        for entry in entries { add(entry.process) }
    }

    private mutating func add(_ process: ProcessStatistics) {
        threads = threads.addingClamped(process.threads)
        states[process.state, default: 0] += 1
        // A zombie does nothing any more: a service of which only zombies are left is down.
        if process.isAlive { commands[process.countedCommand, default: 0] += 1 }
    }

    /// How many processes are in which state.
    package var byStatus: ValueMap {
        let others = states.keys.filter { !Self.usualStates.contains($0) }.sorted()
        var counts = ValueMap()
        for state in Self.usualStates + others {
            // Several letters may have one name.
            let status = ProcessStatistics.status(of: state)
            counts[status] = .int((counts[status]?.int ?? 0) + (states[state] ?? 0))
        }
        return counts
    }

    /// How many processes there are of which program, without zombies: the most frequent ones, by name.
    package var byCommand: ValueMap {
        var frequent = Array(commands)
        if frequent.count > Self.commandLimit {
            frequent.sort { ($1.value, $0.key) < ($0.value, $1.key) }
            frequent.removeLast(frequent.count - Self.commandLimit)
        }
        return ValueMap(unique: frequent.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })
    }

    /// How many programs `byCommand` leaves out.
    package var uncountedCommands: Int { max(0, commands.count - Self.commandLimit) }
}
