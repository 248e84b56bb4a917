import ExhaustCore
package import Glibc

/// Tells the emitter's own messages, which must not come in again: each would give another, for ever.
package struct OwnMessages: Sendable {
    private let pid: pid_t
    private let procID: Value
    private static let name = Value.string("exhaust-emitter-syslog")

    /// Those of the process `pid`; this one, unless a test says otherwise.
    package init(pid: pid_t = getpid()) {
        self.pid = pid
        procID = .string("\(pid)")
    }

    /// Whether this process has sent it, as the kernel says.
    func isOwn(_ sender: Origin.Sender) -> Bool { sender.pid == pid }

    /// Whether a message from this machine says that this process has written it: a supervisor or another syslog daemon
    /// has forwarded the emitter's standard error then.
    func isOwn(_ data: ValueMap, from origin: Origin) -> Bool {
        guard origin.isLocal || origin.isLoopback else { return false }
        return data["log.syslog.procid"] == procID && data["log.syslog.appname"] == Self.name
    }
}

extension Origin {
    fileprivate var isLoopback: Bool {
        guard let address else { return false }
        return address == "::1" || address.hasPrefix("127.")
    }
}
