import ExhaustCore
import Glibc

/// The kernel's process accounting of this PID namespace (acct(2)). There is one file at a time, and no way to ask
/// which.
package enum Accounting {
    /// Lets the kernel append a record to `file` for every process that ends. If it wrote to another file before,
    /// it adds a last record to that one, for the caller, and is done with it when this returns.
    ///
    /// - Throws: `ExhaustError` `.notPermitted` without CAP_SYS_PACCT, `.unavailable` if the kernel lacks it.
    package static func turnOn(_ file: String) throws {
        guard acct(file) != 0 else { return }
        let number = errno
        switch number {
        case EPERM:
            throw ExhaustError(
                .notPermitted, errno: number, "cannot turn process accounting on", at: file,
                advice: "run it as root or give it CAP_SYS_PACCT")
        case ENOSYS:
            throw ExhaustError(
                .unavailable, errno: number, "cannot turn process accounting on", at: file,
                advice: "the kernel needs CONFIG_BSD_PROCESS_ACCT and CONFIG_BSD_PROCESS_ACCT_V3")
        default:
            throw ExhaustError(
                .inputOutput, errno: number, "cannot turn process accounting on", at: file,
                advice: "it needs a regular file on a writable filesystem")
        }
    }

    /// Ends accounting; the kernel adds a last record, for the caller, to the file.
    package static func turnOff() throws {
        guard acct(nil) != 0 else { return }
        throw ExhaustError(.inputOutput, errno: errno, "cannot turn process accounting off")
    }
}
