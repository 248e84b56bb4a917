import ExhaustCore
import Synchronization

/// What this host has taken and done, in memory and on disk. What blocks says so and belongs on a thread of its own.
package final class Ledger: Sendable {
    private let file: Mutex<LedgerFile>
    // Apart from the file, so that nobody who only wants to look waits for a disk.
    private let state: Mutex<Running>
    /// What was cut off the end because a crash had left it half written, in bytes.
    package let cutBytes: Int

    /// Opens the ledger at `path`, or makes it, and takes it for this process alone. Blocks. Throws if it is damaged
    /// before its end; see `LedgerFile`.
    package init(path: String) throws {
        var file = try LedgerFile(path: path)
        let (state, cut) = try file.load()
        self.file = Mutex(file)
        self.state = Mutex(Running(ledger: state))
        cutBytes = cut
    }

    /// The state, of which the floor rises as time passes.
    private struct Running {
        var ledger: LedgerState
        /// When the floor was last raised, by a clock that nobody sets.
        var raised = ContinuousClock.now

        mutating func raise() {
            let now = ContinuousClock.now
            ledger.clockFloor = ledger.clockFloor.map { $0 + (now - raised) }
            raised = now
        }
    }

    /// What it says now.
    package var snapshot: LedgerState {
        state.withLock { state in
            state.raise()
            return state.ledger
        }
    }

    /// Writes `record` and returns when it is on disk. Blocks. On an error nothing has changed.
    package func append(_ record: LedgerRecord) throws {
        try file.withLock { file in
            try state.withLock { try $0.ledger.check(record) }
            try file.append(record)
            try remember(record)
        }
    }

    /// Takes `record` in memory alone, when the disk refuses it but it is true all the same.
    package func remember(_ record: LedgerRecord) throws {
        try state.withLock { state in
            state.raise()
            try state.ledger.apply(record)
        }
    }

    /// Forgets what is done and long past, and rewrites the file if it has more than `size` bytes. Blocks. Gives how
    /// many tasks were forgotten.
    package func compact(above size: Int) throws -> Int {
        try file.withLock { file in
            guard file.size > size else { return 0 }
            let (forgotten, records) = state.withLock { state in
                let forgotten = state.ledger.prune()
                return (forgotten, state.ledger.records)
            }
            try file.rewrite(records)
            return forgotten
        }
    }
}
