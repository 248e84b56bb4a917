/// One process, from /proc/PID/stat (proc_pid_stat(5)).
package struct ProcessStatistics: Sendable, Hashable {
    /// The name of the program: up to 15 bytes, or 63 for a kernel thread. Bytes that are not UTF-8 are replaced.
    package var command: String
    /// `R`, `S`, `D` and so on.
    package var state: UInt8
    package var parentPID: UInt64
    /// Whether this is a thread of the kernel.
    package var isKernelThread: Bool
    /// CPU time in user and system mode together, in ticks of 1/100 s; that of children is not in it.
    package var ticks: UInt64
    package var threads: UInt64
    /// The start, in ticks after boot. With the pid it names the process for good.
    package var startTicks: UInt64
    /// Virtual memory, bytes.
    package var virtualBytes: UInt64
    /// Resident memory in pages.
    package var residentPages: UInt64

    /// `PF_KTHREAD` of linux/sched.h.
    private static let kernelThreadFlag: UInt64 = 0x0020_0000

    /// Reads the line; `nil` if it is cut short. The name may hold anything, also parentheses: it ends at the last.
    package init?(_ text: ByteScanner) {
        var (head, rest) = (text, text)
        guard head.number() != nil, head.skip(" ("), rest.skipPast(last: UInt8(ascii: ")")),
            head.rest.startIndex < rest.rest.startIndex
        else { return nil }
        command = String(decoding: head.rest[..<(rest.rest.startIndex - 1)], as: UTF8.self)
        guard let state = rest.word()?.first, let parent = rest.signedNumber() else { return nil }
        rest.skipWords(4)  // process group, session, terminal and its process group
        guard let flags = rest.number() else { return nil }
        rest.skipWords(4)  // faults
        guard let user = rest.number(), let system = rest.number() else { return nil }
        rest.skipWords(4)  // times of children, priority, nice
        guard let threads = rest.number() else { return nil }
        rest.skipWords(1)
        guard let start = rest.number() else { return nil }
        guard let virtual = rest.number(), let resident = rest.signedNumber() else { return nil }
        self.state = state
        parentPID = UInt64(max(parent, 0))
        isKernelThread = flags & Self.kernelThreadFlag != 0
        ticks = user.addingClamped(system)
        self.threads = threads
        startTicks = start
        virtualBytes = virtual
        residentPages = UInt64(max(resident, 0))
    }

    /// The state as psutil names it.
    package var status: String { Self.status(of: state) }

    /// A state as psutil names it.
    package static func status(of state: UInt8) -> String {
        switch state {
        case UInt8(ascii: "R"): "running"
        case UInt8(ascii: "S"): "sleeping"
        case UInt8(ascii: "D"): "disk-sleep"
        case UInt8(ascii: "T"): "stopped"
        case UInt8(ascii: "t"): "tracing-stop"
        case UInt8(ascii: "Z"): "zombie"
        case UInt8(ascii: "X"), UInt8(ascii: "x"): "dead"
        case UInt8(ascii: "I"): "idle"
        case UInt8(ascii: "P"): "parked"
        case UInt8(ascii: "W"): "waking"
        case UInt8(ascii: "K"): "wake-kill"
        default: "unknown"
        }
    }

    /// Whether it has not ended: a zombie only waits for its parent to ask how it did.
    package var isAlive: Bool { state != UInt8(ascii: "Z") && state | 0x20 != UInt8(ascii: "x") }

    /// The name under which the process is counted. Of a kernel thread only the part before `/` and `:`, since
    /// hundreds of `kworker/…` would say nothing.
    package var countedCommand: String {
        guard isKernelThread else { return command }
        let end = command.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
        return end.map { String(command[..<$0]) } ?? command
    }
}
