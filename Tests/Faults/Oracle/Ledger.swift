import ExhaustCore
import Glibc

/// What the probe's starts have taken responsibility for: a file a start, with one line that is written over. Numbers
/// of one start follow each other from `first`.
enum Ledger {
    struct Start: Sendable, Hashable {
        let first: Int
        /// The last numbers that were given to the outbox, that it answers for, and that the broker confirmed to it.
        var offered: Int
        var accepted: Int
        var confirmed: Int
        /// Whether it counts no further.
        var isPaused: Bool
    }

    private static let width = 80

    /// Writes `start` to a file, in one pwrite(2): what the file says holds, however the probe ends.
    static func write(_ start: Start, to descriptor: Int32) {
        let numbers = [start.first, start.offered, start.accepted, start.confirmed, start.isPaused ? 1 : 0]
        let text = numbers.map(String.init).joined(separator: " ")
        let line = Array((text + String(repeating: " ", count: max(1, width - text.utf8.count))).utf8)
        pwrite(descriptor, line, line.count, 0)
    }

    /// The line in the file at `path`; `nil` if there is none yet.
    static func read(_ path: String) -> Start? {
        guard let bytes = try? FileContent.read(path) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 5 else { return nil }
        return Start(
            first: numbers[0], offered: numbers[1], accepted: numbers[2], confirmed: numbers[3],
            isPaused: numbers[4] == 1)
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
