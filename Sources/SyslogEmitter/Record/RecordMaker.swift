package import ExhaustCore
package import ExhaustRuntime

/// Turns a frame into telemetry: parses it and names its fields. docs/emitters/syslog.md describes them.
package struct RecordMaker: Sendable {
    private let parser: MessageParser
    private let aheadLimit: Duration?
    private let otherNames: SyslogNGNames?

    /// A maker that reads stamps without a zone as `zone`.
    ///
    /// - Parameters:
    ///   - aheadLimit: how far a sender's clock may be ahead of this machine's until its time is not believed; `nil`
    ///     believes it always, as a replay must.
    ///   - otherNames: the names of another receiver under which each record has its fields too.
    package init(zone: LocalZone, aheadLimit: Duration?, otherNames: SyslogNGNames? = nil) {
        parser = MessageParser(zone: zone)
        self.aheadLimit = aheadLimit
        self.otherNames = otherNames
    }

    /// The record of one frame that was read at `received`, which is its time where the message has no sensible one.
    package func record(of frame: Frame, from origin: Origin, received: Timestamp) -> TelemetryRecord {
        var record = record(of: frame, from: origin, near: received, otherwise: received)
        record.recordedTime = received
        return record
    }

    /// The record of one frame of an earlier time, for a replay: it says nothing of when it was read.
    ///
    /// - Parameters:
    ///   - reference: the moment to which a stamp without a year is nearest.
    ///   - fallback: the time where the message has no sensible one.
    package func record(
        of frame: Frame, from origin: Origin, near reference: Timestamp, otherwise fallback: Timestamp
    ) -> TelemetryRecord {
        let message = parser.parse(frame.bytes, near: reference, local: origin.isLocal)
        var fields = FieldList(bytes: frame.bytes)
        describe(message, in: &fields)
        describe(origin, in: &fields)
        let claimed = message.claimedTime.flatMap {
            !message.isClockUnset && isSensible($0, received: fallback) ? $0 : nil
        }
        if claimed == nil, let time = message.claimedTime {
            fields.add("exhaust.syslog.claimed_time", .string(time.description))
        }
        describe(frame, message, in: &fields)
        otherNames?.describe(message, from: origin, at: message.claimedTime ?? fallback, parser.zone, in: &fields)
        return TelemetryRecord(
            time: claimed ?? fallback, severityNumber: message.priority?.severityNumber, data: fields.map)
    }

    /// A clock that stands within a year of the epoch was never set.
    private func isSensible(_ time: Timestamp, received: Timestamp) -> Bool {
        guard time.seconds >= 365 * 86_400 else { return false }
        return aheadLimit.map { time <= received + $0 } ?? true
    }

    private func describe(_ message: SyslogMessage, in fields: inout FieldList) {
        fields.add("message", text: message.text)
        fields.add("exhaust.syslog.format", .string(message.format.rawValue))
        if let priority = message.priority {
            fields.add("log.syslog.priority", .int(Int64(priority.code)))
            fields.add("log.syslog.facility.code", .int(Int64(priority.facility)))
            fields.add("log.syslog.facility.name", .string(priority.facilityName))
            fields.add("log.syslog.severity.code", .int(Int64(priority.severity)))
            fields.add("log.syslog.severity.name", .string(priority.severityName))
        }
        if let version = message.version { fields.add("log.syslog.version", .string(String(version))) }
        if let range = message.hostname { fields.add("log.syslog.hostname", text: range) }
        if let range = message.appName { fields.add("log.syslog.appname", text: range) }
        if let range = message.processID { fields.add("log.syslog.procid", text: range) }
        if let range = message.messageID { fields.add("log.syslog.msgid", text: range) }
        if let sequence = message.sequence { fields.add("event.sequence", .int(Int64(sequence))) }
        if let data = message.structuredData { fields.add("log.syslog.structured_data", .map(data)) }
    }

    private func describe(_ origin: Origin, in fields: inout FieldList) {
        if let transport = origin.transport { fields.add("network.transport", .string(transport)) }
        if let address = origin.address { fields.add("client.address", .string(address)) }
        if let port = origin.port { fields.add("client.port", .int(Int64(port))) }
        if let sender = origin.sender {
            fields.add("exhaust.sender.pid", .int(Int64(sender.pid)))
            fields.add("exhaust.sender.uid", .int(Int64(sender.uid)))
            fields.add("exhaust.sender.gid", .int(Int64(sender.gid)))
            if let path = sender.executable { fields.add("exhaust.sender.executable", .string(path)) }
        }
        if let tls = origin.tls {
            fields.add("tls.established", .bool(true))
            if let subject = tls.subject { fields.add("tls.client.subject", .string(subject)) }
        }
    }

    private func describe(_ frame: Frame, _ message: SyslogMessage, in fields: inout FieldList) {
        if frame.flaw != nil || message.flaw != nil {
            let flaws = [frame.flaw, message.flaw].compactMap(\.self)
            fields.add("exhaust.parse.error", .string(flaws.joined(separator: "; ")))
        }
        // Where the parser had to guess or the fields do not tell all, the line itself stays beside them.
        if message.flaw != nil || message.isPartlyTold, message.text != frame.bytes.indices {
            fields.add("log.record.original", text: frame.bytes.indices)
        }
        if !frame.bytes.isUTF8 { fields.add("exhaust.raw_base64", .bytes(frame.bytes)) }
        if frame.isTruncated {
            fields.add("exhaust.truncated", .bool(true))
            fields.add("exhaust.original_length", .int(Int64(frame.length)))
        }
    }
}
