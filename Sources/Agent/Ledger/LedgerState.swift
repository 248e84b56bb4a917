package import ExhaustCore

/// What the ledger says of one task.
package struct LedgerEntry: Sendable, Hashable {
    package let statement: TaskStatement
    package let accepted: Timestamp
    package internal(set) var started: Timestamp?
    package internal(set) var result: TaskResult?
    package internal(set) var isPublished = false
}

/// What this host has taken and done, as the ledger's records add up to it.
package struct LedgerState: Sendable {
    private var entries: [String: LedgerEntry] = [:]
    private var order: [String] = []
    /// A moment that has certainly passed: the latest that a trusted key signed as the present, and what went by since.
    /// This host's own clock is no evidence of it, since it is what has to be judged.
    package internal(set) var clockFloor: Timestamp?

    /// How long past `notAfter` a task is remembered. It cannot run again by then; the rest is for rates and for
    /// answering late duplicates.
    package static let retention: Duration = .seconds(86_400)

    package init() {}

    /// The entry of a task, if this host took it.
    package subscript(task: String) -> LedgerEntry? { entries[task] }

    /// How many tasks are remembered.
    package var count: Int { entries.count }

    /// All entries, oldest first.
    package var all: [LedgerEntry] { order.compactMap { entries[$0] } }

    /// The tasks that were accepted at `moment` or later.
    package func accepted(since moment: Timestamp) -> [TaskStatement] {
        entries.values.filter { $0.accepted >= moment }.map(\.statement)
    }

    /// Throws if `record` cannot follow what came before.
    package func check(_ record: LedgerRecord) throws {
        let entry = record.task.flatMap { entries[$0] }
        let fits =
            switch record.step {
            case .clock: record.task == nil
            case .accepted: entry == nil && record.statement != nil && record.statement?.task == record.task
            case .started, .published: entry != nil
            case .finished: entry != nil && record.result != nil
            }
        guard fits else {
            let subject = record.task.map { "task \($0)" } ?? "no task"
            throw ExhaustError(.invalidData, "the ledger contradicts itself: \(record.step.rawValue), \(subject)")
        }
    }

    /// Takes the next record. Throws on one that cannot follow what came before.
    package mutating func apply(_ record: LedgerRecord) throws {
        try check(record)
        if let passed = record.step == .clock ? record.at : record.statement?.notBefore {
            clockFloor = clockFloor.map { max($0, passed) } ?? passed
        }
        guard let task = record.task else { return }
        switch record.step {
        case .accepted:
            guard let statement = record.statement else { return }
            entries[task] = LedgerEntry(statement: statement, accepted: record.at)
            order.append(task)
        case .started: entries[task]?.started = record.at
        case .finished: entries[task]?.result = record.result
        case .published: entries[task]?.isPublished = true
        case .clock: break
        }
    }

    /// Forgets what is done and certainly long past; gives how many tasks that were.
    package mutating func prune() -> Int {
        guard let clockFloor else { return 0 }
        let before = entries.count
        entries = entries.filter { _, entry in
            !entry.isPublished || entry.result == nil || entry.statement.notAfter + Self.retention >= clockFloor
        }
        order.removeAll { entries[$0] == nil }
        return before - entries.count
    }

    /// The records from which this state would come again.
    package var records: [LedgerRecord] {
        var records: [LedgerRecord] = clockFloor.map { [LedgerRecord(.clock, at: $0)] } ?? []
        for entry in all {
            let task = entry.statement.task
            records.append(LedgerRecord(.accepted, at: entry.accepted, task: task, statement: entry.statement))
            if let started = entry.started { records.append(LedgerRecord(.started, at: started, task: task)) }
            if let result = entry.result {
                records.append(LedgerRecord(.finished, at: result.finished, task: task, result: result))
            }
            if entry.isPublished {
                records.append(LedgerRecord(.published, at: entry.result?.finished ?? entry.accepted, task: task))
            }
        }
        return records
    }
}
