package import ExhaustCore
import Glibc

/// The standard output stream, for what a command was asked for.
package enum StandardOutput {
    /// Writes all of `bytes`; throws if they cannot be written, as to a full disk.
    package static func write(_ bytes: [UInt8]) throws(ExhaustError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw ExhaustError(.inputOutput, errno: errno, "cannot write", at: "standard output")
            }
        }
    }
}
