package import ExhaustCore
import Glibc
package import Logging

/// The socket of the shells' helpers: here for the build alone, until the branch `hooks` brings it.
package final class HookSocket: Sendable {
    /// Where the helper sends.
    package static let standardPath = "/run/exhaust/cli.sock"

    /// A socket that hears nothing.
    package init(path: String) throws(ExhaustError) {}

    /// Waits until `isStopped`.
    package func run(_ take: @Sendable (HookReport) -> Void, isStopped: () -> Bool, logger: Logger) {
        while !isStopped() { usleep(200_000) }
    }
}
