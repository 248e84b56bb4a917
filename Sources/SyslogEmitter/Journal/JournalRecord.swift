import ExhaustCore
import ExhaustRuntime

extension JournalEntry {
    /// What is named otherwise in the event; fields that begin with two underscores belong to the journal.
    private static let named: Set<String> = [
        "MESSAGE", "PRIORITY", "SYSLOG_FACILITY", "SYSLOG_IDENTIFIER", "SYSLOG_PID", "_PID", "_UID", "_GID", "_EXE",
        "_SYSTEMD_UNIT", "_TRANSPORT", "_HOSTNAME", "_BOOT_ID",
    ]

    private func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

    /// When journald received it.
    var received: Timestamp? {
        number("__REALTIME_TIMESTAMP").map {
            Timestamp(seconds: $0 / 1_000_000, nanoseconds: $0 % 1_000_000 * 1000)
        }
    }

    /// The telemetry of an entry that was read at `now`, with at most `limit` bytes of the message.
    func telemetry(now: Timestamp, limit: Int) -> TelemetryRecord {
        let message = fields.first { $0.name == "MESSAGE" }
        var frame = Frame(bytes: Array((message?.bytes ?? []).prefix(limit)), length: message?.length)
        if frame.isTruncated { frame.endAtCharacter() }
        var record = PlainText.record(frame, format: "journal", received: now)
        record.time = received ?? now
        addPriority(to: &record)
        for (name, key) in [
            ("SYSLOG_IDENTIFIER", "log.syslog.appname"), ("SYSLOG_PID", "log.syslog.procid"),
            ("_HOSTNAME", "log.syslog.hostname"),
            ("_TRANSPORT", "exhaust.journal.transport"), ("__CURSOR", "exhaust.journal.cursor"),
            ("_EXE", "exhaust.sender.executable"), ("_SYSTEMD_UNIT", "exhaust.sender.unit"),
        ] {
            if let text = text(name), !text.isEmpty { record.data[key] = .string(text) }
        }
        if let boot = text("_BOOT_ID") { record.data["exhaust.boot.id"] = .string(Self.dashed(boot)) }
        if let pid = number("_PID"), let uid = number("_UID"), let gid = number("_GID") {
            record.data["exhaust.sender.pid"] = .int(pid)
            record.data["exhaust.sender.uid"] = .int(uid)
            record.data["exhaust.sender.gid"] = .int(gid)
        }
        addOthers(to: &record)
        return record
    }

    /// A boot's id as the kernel writes it.
    private static func dashed(_ id: String) -> String {
        guard id.utf8.count == 32, id.utf8.allSatisfy({ $0.isDigit || $0.isLetter }) else { return id }
        let digits = Array(id)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private func addPriority(to record: inout TelemetryRecord) {
        guard let severity = number("PRIORITY"), (0...7).contains(severity) else { return }
        // Programs that speak to the journal itself name no facility; user is syslog(3)'s default.
        let facility = number("SYSLOG_FACILITY").flatMap { (0...23).contains($0) ? $0 : nil } ?? 1
        if let priority = Priority(Int(facility << 3 | severity)) { PlainText.add(priority, to: &record) }
    }

    /// Keeps all other fields under their own names.
    private func addOthers(to record: inout TelemetryRecord) {
        var (others, cut) = (ValueMap(), dropped)
        for field in fields where !field.name.hasPrefix("__") && !Self.named.contains(field.name) {
            guard field.bytes.count == field.length else {
                cut += 1
                continue
            }
            let text = String(validating: field.bytes, as: UTF8.self)
            let value = text.map { Value.string($0) } ?? .bytes(field.bytes)
            switch others[field.name] {
            case nil: others[field.name] = value
            case .list(let values)?: others[field.name] = .list(values + [value])
            case let first?: others[field.name] = .list([first, value])
            }
        }
        if !others.isEmpty { record.data["exhaust.journal.fields"] = .map(others) }
        if cut > 0 { record.data["exhaust.journal.fields_dropped"] = .int(Int64(cut)) }
    }
}
