/// How a process ended, from the status that wait(2) gives its parent.
package enum ProcessEnd: Sendable, Hashable {
    /// It called exit(2) with this code, 0 to 255.
    case exited(Int)
    /// A signal killed it.
    case killed(signal: Int, coreDumped: Bool)
    /// A status that no ended process has.
    case other(UInt32)

    /// Decodes as WIFEXITED and WIFSIGNALED of wait(2) do.
    package init(waitStatus status: UInt32) {
        let signal = status & 0x7f
        if status > 0xffff || signal == 0x7f {
            self = .other(status)
        } else if signal == 0 {
            self = .exited(Int(status >> 8 & 0xff))
        } else {
            self = .killed(signal: Int(signal), coreDumped: status & 0x80 != 0)
        }
    }
}
