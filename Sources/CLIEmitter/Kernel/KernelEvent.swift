package import ExhaustCore

/// What a process did, as the kernel tells it.
package struct KernelEvent: Sendable, Hashable {
    /// The kinds of it.
    package enum Change: Sendable, Hashable {
        case fork(parent: Int32)
        case exec(ProcessDetails)
        case users(real: UInt32, effective: UInt32)
        /// It ended, with a wait status.
        case exit(status: UInt32)
        /// It ran when the emitter started.
        case found(ProcessDetails)
    }

    package var pid: Int32
    package var time: Timestamp
    package var change: Change

    package init(pid: Int32, time: Timestamp, _ change: Change) {
        self.pid = pid
        self.time = time
        self.change = change
    }
}
