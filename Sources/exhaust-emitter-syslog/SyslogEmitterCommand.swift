import ArgumentParser
import ExhaustRuntime
import SyslogEmitter

/// `exhaust-emitter-syslog`: every syslog message becomes an event.
@main
struct SyslogEmitterCommand: RoleCommand {
    typealias RoleType = SyslogEmitterRole

    static let configuration = describe(
        "Publish syslog: every message from Unix sockets, UDP and TCP, in RFC 5424, RFC 3164 or neither.",
        example: "exhaust-emitter-syslog --from /var/log/syslog --to -")

    @OptionGroup var options: RoleOptions
}
