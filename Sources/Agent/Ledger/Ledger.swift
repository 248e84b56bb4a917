package import ExhaustCore
import Synchronization

/// What this host has taken and done, in memory and on disk. What blocks says so and belongs on a thread of its own.
package final class Ledger: Sendable {
    private let file: Mutex<LedgerFile>
    // Apart from the file, so that nobody who only wants to look waits for a disk.
    private let state: Mutex<LedgerState>
    /// What was cut off the end because a crash had left it half written, in bytes.
    package let cutBytes: Int

    /// Opens the ledger at `path`, or makes it, and takes it for this process alone. Blocks. Throws if it is damaged
    /// before its end; see `LedgerFile`.
    package init(path: String) throws {
        var file = try LedgerFile(path: path)
        let (state, cut) = try file.load()
        self.file = Mutex(file)
        self.state = Mutex(state)
        cutBytes = cut
    }

    /// What it says now.
    package var snapshot: LedgerState { state.withLock { $0 } }

    /// Writes `record` and returns when it is on disk. Blocks. On an error nothing has changed.
    package func append(_ record: LedgerRecord) throws {
        try file.withLock { file in
            try state.withLock { try $0.check(record) }
            try file.append(record)
            try state.withLock { try $0.apply(record) }
        }
    }

    /// Takes `record` in memory alone, when the disk refuses it but it is true all the same.
    package func remember(_ record: LedgerRecord) throws { try state.withLock { try $0.apply(record) } }

    /// Forgets what is done and long past at `now`, and rewrites the file if it has more than `size` bytes. Blocks.
    /// Gives how many tasks were forgotten.
    package func compact(at now: Timestamp, above size: Int) throws -> Int {
        try file.withLock { file in
            guard file.size > size else { return 0 }
            let (forgotten, records) = state.withLock { state in
                let forgotten = state.prune(at: now)
                return (forgotten, state.records)
            }
            try file.rewrite(records)
            return forgotten
        }
    }
}
