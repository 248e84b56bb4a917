import ExhaustCore

@testable import SyslogEmitter

/// Records of files, the kernel's log and the journal, with every field that they can have.
enum SourceRecords {
    static func all() throws -> [ValueMap] { try files() + kernel() + journal() }

    private static func files() throws -> [ValueMap] {
        let item = RecordSplitter.Item(frame: Frame(bytes: Array("text \u{e9}".utf8), length: 900), range: 5..<905)
        return try ["syslog", "plain"].map { format in
            let rule = try YAMLReader.parse("{path: /log, format: \(format), app_name: app}", file: "test")
                .decode(FileRule.self)
            return FileRecords(maker: Fixtures.maker)
                .record(item, path: "/log", inode: 7, rule: rule, received: Fixtures.received).data
        }
    }

    private static func kernel() -> [ValueMap] {
        ["6,1,2,c;usb \\xff\n SUBSYSTEM=usb\n", "14,2,3,-;systemd[1]: text"].compactMap { text in
            KernelRecord(Array(text.utf8))?
                .telemetry(started: Fixtures.received, boot: "b", received: Fixtures.received, limit: 480).data
        }
    }

    private static func journal() throws -> [ValueMap] {
        let names = [
            "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "SYSLOG_PID", "_PID", "_UID", "_GID", "_EXE", "_SYSTEMD_UNIT",
            "_TRANSPORT", "_HOSTNAME", "_BOOT_ID", "__CURSOR", "__REALTIME_TIMESTAMP", "OTHER", "OTHER",
        ]
        var export = JournalExport(limit: 480)
        let long = "LONG=" + String(repeating: "a", count: 900)
        let text = names.map { "\($0)=7" }.joined(separator: "\n") + "\n\(long)\n\nMESSAGE=bare\n\n"
        return try Array(text.utf8).withUnsafeBytes { try export.append($0) }
            .map { $0.telemetry(now: Fixtures.received, limit: 480).data }
    }
}
