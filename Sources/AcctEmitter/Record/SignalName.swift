/// The names of signals by number, as signal(7) lists them for x86, ARM and most others.
package enum SignalName {
    private static let standard = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP",
        "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",
        "SIGPWR", "SIGSYS",
    ]

    /// `SIGKILL` for 9. Real-time signals count from glibc's SIGRTMIN, 34: 36 is `SIGRTMIN+2`. Others are `SIG<n>`.
    package static func of(_ number: Int) -> String {
        switch number {
        case 1...31: standard[number - 1]
        case 34: "SIGRTMIN"
        case 35...63: "SIGRTMIN+\(number - 34)"
        case 64: "SIGRTMAX"
        default: "SIG\(number)"
        }
    }
}
