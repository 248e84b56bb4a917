package import ExhaustCore

/// Which grammar a message followed; the raw value is what `exhaust.syslog.format` says.
package enum SyslogFormat: String, Sendable {
    case rfc5424, rfc3164, unparsed
}

/// One message as the parser understood it. Texts are ranges of the bytes that it was read from.
package struct SyslogMessage: Sendable {
    /// The grammar that fitted.
    package var format: SyslogFormat
    /// The priority, if there was a valid one.
    package var priority: Priority?
    /// RFC 5424's VERSION.
    package var version: Int?
    /// When the sender says that it happened.
    package var claimedTime: Timestamp?
    /// Whether the sender says that its clock was never set.
    package var isClockUnset = false
    /// The sender's own count of its messages.
    package var sequence: Int?
    /// Seconds east of UTC, where the stamp says them.
    package var claimedOffset: Int?
    /// HOSTNAME, as sent.
    package var hostname: Range<Int>?
    /// APP-NAME, or the name in the TAG.
    package var appName: Range<Int>?
    /// PROCID, or what the TAG has in brackets.
    package var processID: Range<Int>?
    /// MSGID.
    package var messageID: Range<Int>?
    /// STRUCTURED-DATA: SD-ID to its parameters; a parameter that repeats has the list of its values.
    package var structuredData: ValueMap?
    /// The text; the whole line where nothing else is known.
    package var text: Range<Int>
    /// Whether something was read that no field tells, such as a zone's name, so that the whole must be kept.
    package var isPartlyTold = false
    /// What is wrong with the message; `nil` for one that keeps to its grammar.
    package var flaw: String?

    /// A message of which only the text is known yet.
    package init(_ format: SyslogFormat, text: Range<Int>, priority: Priority? = nil, flaw: String? = nil) {
        self.format = format
        self.text = text
        self.priority = priority
        self.flaw = flaw
    }
}
