import CLinux
package import ExhaustCore
import Glibc

/// Keeps what the process holds in memory out of files.
package enum Secrecy {
    /// Makes the process one that leaves no core dump and no backtrace, and that only root may trace or read (prctl(2),
    /// `PR_SET_DUMPABLE`; setrlimit(2), `RLIMIT_CORE`). A role calls it before it receives anything.
    package static func forbidDumps() throws(ExhaustError) {
        guard exhaust_forbid_dumps() == 0 else {
            throw ExhaustError(.notPermitted, errno: errno, "cannot forbid core dumps")
        }
    }
}
