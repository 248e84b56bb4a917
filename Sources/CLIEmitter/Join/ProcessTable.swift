import ExhaustCore

/// The processes that run, and for some seconds those that ended, since a shell's report may come later.
struct ProcessTable: Sendable {
    /// One process.
    struct Entry: Sendable {
        /// Of a process that has not called exec since its fork: its parent's.
        var details: ProcessDetails
        var parent: Int32
        /// Whether it is its parent's copy: a subshell, or a child that has yet to exec.
        var isCopy: Bool
        /// When its shell forked it, or the copy of the shell that it comes from.
        var forked: Timestamp?
        /// The command for which it runs, as a copy.
        var holds: Int?
        var programBegan: Timestamp?
        /// The open execution.
        var execution: Int?
        var ended: (time: Timestamp, status: UInt32)?
        /// Set for a shell that has told of commands: those that are not over.
        var commands: [Int] = []
        var hasHook = false
        var lastCommandEnded: Timestamp?
        /// The command by which a shell became this program, with exec.
        var became: Int?

        /// Whether it is a shell at which somebody may type.
        var isShell: Bool { !isCopy && (hasHook || details.isInteractiveShell) }
    }

    private var entries: [Int32: Entry] = [:]
    private var ended = Queue<(pid: Int32, time: Timestamp)>()
    private let limit: Int
    /// How many processes found no room.
    private(set) var overflow = 0
    private static let keepsEnded: Duration = .seconds(5)

    init(limit: Int) { self.limit = limit }

    /// A process; a new one is not taken if there is no room.
    subscript(pid: Int32) -> Entry? {
        get { entries[pid] }
        set {
            if newValue != nil, entries[pid] == nil, entries.count >= limit {
                overflow += 1
                return
            }
            entries[pid] = newValue
        }
    }

    /// The processes that have not ended.
    var running: [Int32] { entries.filter { $0.value.ended == nil }.map(\.key) }

    /// A new process, which is its parent's copy.
    mutating func fork(_ pid: Int32, parent: Int32, at time: Timestamp) {
        let above = entries[parent]
        var details = above?.details ?? ProcessDetails()
        details.parent = parent
        details.startTicks = nil
        let forked = above?.isCopy == true ? above?.forked ?? time : time
        self[pid] = Entry(details: details, parent: parent, isCopy: true, forked: forked)
    }

    /// The copies that run, and were forked since `time`.
    func copies(since time: Timestamp) -> [Int32] {
        entries.filter { $0.value.isCopy && $0.value.ended == nil && ($0.value.forked.map { $0 >= time } ?? false) }
            .map(\.key)
    }

    mutating func end(_ pid: Int32, time: Timestamp, status: UInt32) {
        guard entries[pid] != nil else { return }
        entries[pid]?.ended = (time, status)
        ended.append((pid, time))
    }

    /// Forgets what ended long before `now`.
    mutating func sweep(now: Timestamp) {
        while let first = ended.first, first.time + Self.keepsEnded <= now {
            ended.removeFirst()
            // Its number may be another's by now.
            if let end = entries[first.pid]?.ended, end.time == first.time { entries[first.pid] = nil }
        }
    }

    /// The interactive shell that runs `pid`, through its copies: a subshell's children are the shell's.
    func shell(of pid: Int32) -> Int32? {
        var pid = entries[pid]?.parent ?? 0
        for _ in 0..<16 {
            guard let entry = entries[pid] else { return nil }
            if !entry.isCopy { return entry.isShell ? pid : nil }
            pid = entry.parent
        }
        return nil
    }

    /// The parent of `pid` and those above, eight at most.
    func ancestors(of pid: Int32) -> [Execution.Ancestor] {
        var result: [Execution.Ancestor] = []
        var next = entries[pid]?.parent ?? 0
        while next > 0, result.count < 8 {
            let entry = entries[next]
            result.append(Execution.Ancestor(pid: next, name: entry?.details.programName))
            next = entry?.parent ?? 0
        }
        return result
    }
}

/// First in, first out, without moving what waits at each removal.
struct Queue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }
    var waiting: ArraySlice<Element> { elements[head...] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        head += 1
        guard head > 512, head * 2 > elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }
}
