import ExhaustCore
import Glibc

/// Gives the fields of a record the names that syslog-ng gives them with
/// `$(format-json --scope selected-macros --scope nv-pairs)`, for those who have consumers of these.
///
/// All values are texts, as they are there (syslog-ng 3.38 with `use-dns(no)`, `keep-hostname(yes)`).
package struct SyslogNGNames: Sendable {
    /// The name of this machine.
    private let hostName: String

    /// The names as a syslog-ng on the machine `hostName` gives them.
    package init(hostName: String) { self.hostName = hostName }

    /// The names as a syslog-ng on this machine gives them.
    package static func ofThisMachine() -> SyslogNGNames {
        var name = [CChar](repeating: 0, count: 256)
        // The last byte stays the NUL that a long name might lack.
        guard gethostname(&name, name.count - 1) == 0 else { return SyslogNGNames(hostName: "localhost") }
        let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return SyslogNGNames(hostName: String(decoding: bytes, as: UTF8.self))
    }

    /// Adds the fields of `message`, whose own time is `time`; `zone` is that of a stamp without one.
    func describe(
        _ message: SyslogMessage, from origin: Origin, at time: Timestamp, _ zone: LocalZone,
        in fields: inout FieldList
    ) {
        let from = origin.address ?? hostName
        let source = origin.transport ?? "file"
        fields.add("TAGS", .string(".source.\(source)"))
        fields.add("SOURCEIP", .string(origin.address ?? "127.0.0.1"))
        fields.add("SOURCE", .string(source))
        if let sequence = message.sequence { fields.add("SEQNUM", .string(String(sequence))) }
        fields.add("PROGRAM", text: message.appName ?? 0..<0)
        // A message without a valid priority counts as user.notice.
        let severity = message.priority?.severityName ?? "notice"
        fields.add("PRIORITY", .string(severity))
        if let range = message.processID { fields.add("PID", text: range) }
        if let range = message.messageID { fields.add("MSGID", text: range) }
        fields.add("MESSAGE", text: message.text)
        if message.format != .rfc5424 {
            let tag = message.appName.map { $0.lowerBound..<message.text.lowerBound }
            fields.add("LEGACY_MSGHDR", text: tag ?? 0..<0)
        }
        fields.add("HOST_FROM", .string(from))
        if let range = message.hostname { fields.add("HOST", text: range) } else { fields.add("HOST", .string(from)) }
        fields.add("FACILITY", .string(message.priority?.facilityName ?? "user"))
        let offset = message.claimedOffset ?? zone.offset(time.seconds)
        fields.add("DATE", .string(Self.date(time.seconds + Int64(offset))))
    }

    /// A local time as RFC 3164 has it: `Nov  2 07:00:00`.
    private static func date(_ seconds: Int64) -> String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let date = CivilDate.date(fromDays: days)
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(months[date.month - 1]) \(date.day < 10 ? " " : "")\(date.day) \(clock.joined(separator: ":"))"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
