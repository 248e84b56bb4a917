/// The PRI of a syslog message: facility times eight plus severity, 0 to 191 (RFC 5424 section 6.2.1).
package struct Priority: Sendable, Hashable {
    /// The number between `<` and `>`.
    package let code: Int

    /// A priority; `nil` outside 0 to 191.
    package init?(_ code: Int) {
        guard (0...191).contains(code) else { return nil }
        self.code = code
    }

    /// 0 (kern) to 23 (local7).
    package var facility: Int { code >> 3 }
    /// 0 (emerg) to 7 (debug).
    package var severity: Int { code & 7 }
    /// The facility as syslog.conf(5) names it; 12 to 15 as RFC 5424 describes them.
    package var facilityName: String { Self.facilityNames[facility] }
    /// The severity as syslog.conf(5) names it.
    package var severityName: String { Self.severityNames[severity] }
    /// OpenTelemetry's severity number (logs data model, appendix B).
    package var severityNumber: Int { Self.severityNumbers[severity] }

    private static let facilityNames = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "ntp", "security", "console", "solaris-cron",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ]
    private static let severityNames = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
    private static let severityNumbers = [21, 19, 18, 17, 13, 10, 9, 5]
}

/// What stands where the PRI should be.
enum PriorityField {
    case valid(Priority)
    case absent
    /// Something in angle brackets that is no priority, with the reason.
    case odd(String)

    /// Reads the field; where it is absent nothing is read.
    init(_ cursor: inout ByteCursor) {
        guard cursor.next == UInt8(ascii: "<") else {
            self = .absent
            return
        }
        var ahead = cursor
        ahead.position += 1
        if let code = ahead.number(digits: 1, through: 3), ahead.skip(UInt8(ascii: ">")) {
            cursor = ahead
            self = Priority(code).map(PriorityField.valid) ?? .odd("priority \(code) is not within 0 to 191")
            return
        }
        // Nothing that people send as a priority is longer than ten characters, and none has a space.
        var close = cursor.position + 1
        while close < min(cursor.end, cursor.position + 12), cursor.bytes[close] != UInt8(ascii: " ") {
            if cursor.bytes[close] == UInt8(ascii: ">") {
                let text = String(decoding: cursor.bytes[cursor.position + 1..<close], as: UTF8.self)
                cursor.position = close + 1
                self = .odd("priority \"\(text)\" is not a number of one to three digits")
                return
            }
            close += 1
        }
        self = .absent
    }
}
