package import ExhaustCore
import Glibc

/// The present boot of the machine.
package enum BootClock {
    /// Tells boots apart (random(4)).
    package static func bootID() throws(ExhaustError) -> String {
        let bytes = try FileContent.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return String(decoding: bytes.filter { $0 != 10 }, as: UTF8.self)
    }

    /// When the clock of the kernel's log was at zero. That clock stands still while the machine sleeps, so that this
    /// is right for what was logged since it last woke.
    static func started() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .now() - .seconds(Int64(time.tv_sec)) - .nanoseconds(Int64(time.tv_nsec))
    }
}
