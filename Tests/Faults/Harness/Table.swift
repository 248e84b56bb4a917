import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc

/// Runs faults one after the other and prints a line for each.
enum Table {
    /// Whether nothing was lost and nothing done twice in any of them.
    static func run(_ faults: [Fault], folder: String) async throws -> Bool {
        var isGood = true
        let brokers = Brokers()
        let start = ContinuousClock.now
        for fault in faults {
            if let obstacle = fault.obstacle {
                try write("\(padded(fault.name))  skipped: \(obstacle)")
                continue
            }
            if try await !run(fault, folder: folder, brokers: brokers) { isGood = false }
        }
        await brokers.stop()
        try write("\(faults.count) faults in \(Int((ContinuousClock.now - start).inSeconds)) s")
        return isGood
    }

    private static func run(_ fault: Fault, folder: String, brokers: Brokers) async throws -> Bool {
        // Goes into YAML, rules and commands.
        let name = String(fault.name.lowercased().map { $0.isASCII && $0.isLetter ? $0 : "-" })
        let stage = try Stage(folder: "/tmp/\(name)", brokers: brokers)
        let result: Result<Tally, any Error>
        do {
            result = .success(try await withLimit(fault.limit) { try await fault.run(stage) })
        } catch {
            result = .failure(error)
        }
        await stage.strike()
        switch result {
        case .success(let tally):
            try write("\(padded(fault.name))  \(tally)")
            if tally.isGood {
                try await ChildProcess.run(["rm", "-rf", stage.folder])
                return true
            }
        case .failure(let error): try write("\(padded(fault.name))  FAILED: \(error)")
        }
        // Whatever is wrong with it now shall not be the next fault's trouble.
        try await brokers.keepLogs(in: stage.folder)
        await brokers.stop()
        try write("\(padded(""))  see \(folder)/\(name)")
        return false
    }

    /// Runs `body`, cancelling it after `limit`: what then waits throws what it waited for.
    private static func withLimit(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Tally
    ) async throws -> Tally {
        try await withThrowingTaskGroup(of: Tally?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            // Throws what it waited for.
            if let late = try await group.next() ?? nil { return late }
            throw ExhaustError(.unavailable, "not done in \(limit)")
        }
    }

    static func write(_ line: String) throws { try StandardOutput.write(Array("\(line)\n".utf8)) }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, 30 - name.count))
    }
}
