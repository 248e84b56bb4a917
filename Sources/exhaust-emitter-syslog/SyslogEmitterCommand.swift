import ArgumentParser
import ExhaustRuntime
import SyslogEmitter

/// `exhaust-emitter-syslog`: every syslog message becomes an event.
@main
struct SyslogEmitterCommand: RoleCommand {
    typealias RoleType = SyslogEmitterRole

    static let configuration = describe(
        "Publish syslog: every message from sockets, files, the kernel's log and the journal, whatever its format.",
        example: "exhaust-emitter-syslog --from /var/log/syslog --to -")

    @OptionGroup var options: RoleOptions
}
