import ExhaustCore
import Glibc

/// What the probe's starts have taken responsibility for: a file with lines `first offered accepted confirmed paused`,
/// in which the latest line of a start counts. Numbers of one start follow each other from `first`.
enum Ledger {
    struct Start: Sendable, Hashable {
        let first: Int
        var offered: Int
        var accepted: Int
        var confirmed: Int
        /// Whether it counts no further.
        var isPaused: Bool
    }

    /// Appends a line, in one write(2): what is in the file was accepted, however the probe ends.
    static func append(_ start: Start, to descriptor: Int32) {
        let line = Array("\(start.first) \(start.offered) \(start.accepted) \(start.confirmed) \(start.isPaused ? 1 : 0)\n".utf8)
        _ = Glibc.write(descriptor, line, line.count)
    }

    /// The starts in the file at `path`; none if there is no file yet.
    static func read(_ path: String) -> [Start] {
        guard let bytes = try? FileContent.read(path) else { return [] }
        var starts: [Int: Start] = [:]
        // What follows the last newline is a line that was cut short.
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 5 else { continue }
            starts[numbers[0]] = Start(
                first: numbers[0], offered: numbers[1], accepted: numbers[2], confirmed: numbers[3],
                isPaused: numbers[4] == 1)
        }
        return starts.values.sorted { $0.first < $1.first }
    }
}

extension [Ledger.Start] {
    /// The numbers that were accepted.
    var accepted: Set<Int> { reduce(into: []) { $0.formUnion($1.first..<($1.accepted + 1)) } }
    /// How many were accepted, and how many confirmed.
    var count: Int { reduce(0) { $0 + $1.accepted + 1 - $1.first } }
    var confirmed: Int { reduce(0) { $0 + $1.confirmed + 1 - $1.first } }
    /// The latest number that was accepted.
    var latest: Int { last?.accepted ?? 0 }
}
