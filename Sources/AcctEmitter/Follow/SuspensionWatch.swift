import ExhaustCore
import Glibc

/// Notices that the kernel has stopped to account because the filesystem is nearly full (`kernel.acct`).
///
/// The kernel does not tell, so the losses are counted from outside: processes that were started while space was short,
/// less those that were told of. Threads count as starts as well, so that it is the most that can be lost.
struct SuspensionWatch: Sendable {
    /// How often to look.
    private static let interval: Duration = .seconds(1)

    private var lastLook: ContinuousClock.Instant?
    private var short: (since: Timestamp, forks: UInt64, processes: UInt64)?
    private var lastShort = Timestamp(seconds: 0)

    /// What a look finds.
    struct Reading: Sendable {
        var blocks: UInt64
        var freeBlocks: UInt64
        /// `kernel.acct`: per cent free at which to go on and to stop, and the seconds between the kernel's own looks.
        var resumePercent: UInt64 = 4
        var suspendPercent: UInt64 = 2
        var lookSeconds: Int64 = 30
        /// Processes and threads started since boot.
        var forks: UInt64
    }

    /// Looks at the filesystem of `path` now and then. Gives the loss, if there was one.
    mutating func check(beside path: String, processes: UInt64) -> Gap? {
        if let lastLook, ContinuousClock.now - lastLook < Self.interval { return nil }
        lastLook = .now
        return Reading.now(beside: path).flatMap { check($0, processes: processes, now: .now()) }
    }

    /// `processes` is how many were told of up to now.
    mutating func check(_ reading: Reading, processes: UInt64, now: Timestamp) -> Gap? {
        let isShort = reading.freeBlocks <= reading.blocks * reading.suspendPercent / 100
        if isShort || (short != nil && reading.freeBlocks < reading.blocks * reading.resumePercent / 100) {
            lastShort = now
        }
        guard let begin = short else {
            if isShort { short = (now, reading.forks, processes) }
            return nil
        }
        // The kernel looks again only after a while, and a long shortage is told in parts.
        let look = Duration.seconds(max(1, reading.lookSeconds))
        let isOver = now - lastShort > look
        guard isOver || now - begin.since >= look else { return nil }
        short = isOver ? nil : (now, reading.forks, processes)
        let started = reading.forks >= begin.forks ? reading.forks - begin.forks : 0
        let told = processes >= begin.processes ? processes - begin.processes : 0
        guard started > told else { return nil }
        return Gap(
            kind: "acct.suspended", count: Int(clamping: started - told), since: begin.since,
            reason: "the filesystem is nearly full and the kernel stops to account; at most so many processes are lost")
    }
}

extension SuspensionWatch.Reading {
    /// What is so now; `nil` if that cannot be known.
    static func now(beside path: String) -> Self? {
        var space = statvfs()
        // A kernel without one of these files has nothing to watch.
        guard statvfs(path, &space) == 0, let stat = try? FileContent.read("/proc/stat", limit: 4 << 20),
            let forks = forks(in: stat)
        else { return nil }
        var reading = Self(blocks: UInt64(space.f_blocks), freeBlocks: UInt64(space.f_bavail), forks: forks)
        // Without it the kernel's defaults hold.
        if let limits = try? FileContent.read("/proc/sys/kernel/acct", limit: 256) { reading.take(limits: limits) }
        return reading
    }

    /// The number behind `processes` in /proc/stat.
    static func forks(in stat: [UInt8]) -> UInt64? {
        stat.split(separator: 0x0a).lazy.filter { $0.starts(with: "processes ".utf8) }.first.flatMap {
            UInt64(String(decoding: $0.dropFirst(10), as: UTF8.self))
        }
    }

    /// Reads `kernel.acct`.
    mutating func take(limits: [UInt8]) {
        let numbers = limits.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a }.map {
            Int64(String(decoding: $0, as: UTF8.self))
        }
        guard numbers.count == 3, let resume = numbers[0], let suspend = numbers[1], let seconds = numbers[2],
            (0...100).contains(resume), (0...100).contains(suspend)
        else { return }
        (resumePercent, suspendPercent, lookSeconds) = (UInt64(resume), UInt64(suspend), seconds)
    }
}
