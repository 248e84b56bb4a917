import ExhaustCore
import ExhaustRuntime

/// Turns a file's messages into telemetry.
package struct FileRecords: Sendable {
    private let maker: RecordMaker

    /// `maker` reads those that are syslog.
    package init(maker: RecordMaker) { self.maker = maker }

    /// The record of a message that was found in a file at `path` and read at `received`.
    func record(
        _ item: RecordSplitter.Item, path: String, inode: UInt64, rule: FileRule, received: Timestamp
    ) -> TelemetryRecord {
        var record =
            switch rule.format {
            case .syslog: maker.record(of: item.frame, from: Origin(), received: received)
            case .plain: PlainText.record(item.frame, format: "plain", received: received)
            }
        if let name = rule.appName, record.data["log.syslog.appname"] == nil {
            record.data["log.syslog.appname"] = .string(name)
        }
        record.data["log.file.path"] = .string(path)
        record.data["exhaust.file.inode"] = .int(Int64(bitPattern: inode))
        record.data["exhaust.file.offset"] = .int(Int64(clamping: item.range.lowerBound))
        return record
    }
}
