import ExhaustCore
import ExhaustRuntime

/// Messages that are not in a syslog format.
enum PlainText {
    /// The record of a text; `format` is what `exhaust.syslog.format` says.
    static func record(_ frame: Frame, format: String, received: Timestamp) -> TelemetryRecord {
        var data: ValueMap = ["exhaust.syslog.format": .string(format)]
        if let text = String(validating: frame.bytes, as: UTF8.self) {
            data["message"] = .string(text)
        } else {
            data["message"] = .string(String(decoding: frame.bytes, as: UTF8.self))
            data["exhaust.raw_base64"] = .bytes(frame.bytes)
        }
        if frame.isTruncated {
            data["exhaust.truncated"] = true
            data["exhaust.original_length"] = .int(Int64(frame.length))
        }
        return TelemetryRecord(time: received, recordedTime: received, data: data)
    }

    /// Names the parts of a priority, as every syslog message has them.
    static func add(_ priority: Priority, to record: inout TelemetryRecord) {
        record.severityNumber = priority.severityNumber
        record.data["log.syslog.priority"] = .int(Int64(priority.code))
        record.data["log.syslog.facility.code"] = .int(Int64(priority.facility))
        record.data["log.syslog.facility.name"] = .string(priority.facilityName)
        record.data["log.syslog.severity.code"] = .int(Int64(priority.severity))
        record.data["log.syslog.severity.name"] = .string(priority.severityName)
    }
}
