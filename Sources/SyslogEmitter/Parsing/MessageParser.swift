package import ExhaustCore

/// Reads syslog messages of both standards, and of senders that keep to neither.
///
/// Pure: the received time and the zone are given. It never fails; what cannot be read stays whole in `text`, with
/// the reason in `flaw`.
package struct MessageParser: Sendable {
    /// The zone of RFC 3164 stamps, which name none.
    package let zone: LocalZone

    /// A parser for senders whose clocks are in `zone`.
    package init(zone: LocalZone) { self.zone = zone }

    /// Reads one message.
    ///
    /// - Parameters:
    ///   - bytes: the message without its framing. Line ends and NUL bytes at its end are no part of it.
    ///   - reference: the moment to which a stamp without a year is nearest, as a rule when it was received.
    ///   - local: whether it came from this machine, where senders (glibc's syslog(3)) leave the host name out.
    package func parse(_ bytes: [UInt8], near reference: Timestamp, local: Bool = false) -> SyslogMessage {
        let body = Self.body(of: bytes)
        var cursor = ByteCursor(bytes, from: body.lowerBound, to: body.upperBound)
        let field = PriorityField(&cursor)
        var priority: Priority?
        var flaw: String?
        switch field {
        case .valid(let valid): priority = valid
        case .odd(let reason): flaw = reason
        case .absent: break
        }
        var message: SyslogMessage
        if case .absent = field {
            message =
                legacy(cursor, priority: nil, near: reference, local: local)
                ?? SyslogMessage(.unparsed, text: body, flaw: "neither a priority nor a time stamp begins the line")
        } else if let modern = RFC5424.parse(cursor, whole: body) {
            message = modern
        } else {
            message =
                legacy(cursor, priority: priority, near: reference, local: local)
                ?? SyslogMessage(.unparsed, text: body)
        }
        message.priority = priority
        if let flaw { message.flaw = message.flaw.map { "\(flaw); \($0)" } ?? flaw }
        return message
    }

    private func legacy(
        _ cursor: ByteCursor, priority: Priority?, near reference: Timestamp, local: Bool
    ) -> SyslogMessage? {
        RFC3164(zone: zone, reference: reference, local: local).parse(cursor, priority: priority)
    }

    /// The message without a byte order mark before it and line ends or NUL bytes after it.
    private static func body(of bytes: [UInt8]) -> Range<Int> {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0 || bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
        let marked = end >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf
        return (marked ? 3 : 0)..<end
    }
}
