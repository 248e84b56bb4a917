import ExhaustCore

/// Listens to taskstats and keeps what it told until the records come.
struct TaskSource {
    /// Datagrams at one go: then the file has its turn.
    private static let longestTurn = 20_000

    private let socket: TaskstatsSocket
    private var join = TaskJoin()
    /// Whether the last turn ended before the socket was empty.
    private(set) var hasMore = false

    /// Starts to listen.
    init() throws { socket = try TaskstatsSocket() }

    var descriptor: Int32 { socket.descriptor }

    /// Takes what came, and keeps the processes that ended. Gives how many messages were lost.
    mutating func collect(hasDetails: Bool) throws -> Int {
        var lost = 0
        hasMore = false
        for _ in 0..<Self.longestTurn {
            switch try socket.receive() {
            case .nothing: return lost
            case .lost(let count): lost += count
            case .tasks(let tasks):
                for task in tasks {
                    guard var totals = join.add(task) else { continue }
                    if hasDetails {
                        totals.details = ProcessDetails.read(
                            pid: totals.last.processID, startSecond: totals.startSecond)
                    }
                    if join.keep(totals, now: .now) != nil { lost += 1 }
                }
            }
        }
        hasMore = true
        return lost
    }

    mutating func take(pid: UInt32, startSecond: UInt32) -> ProcessTotals? {
        join.take(pid: pid, startSecond: startSecond)
    }

    mutating func takeWaiting(since moment: ContinuousClock.Instant) -> [ProcessTotals] {
        join.takeWaiting(since: moment)
    }
}
