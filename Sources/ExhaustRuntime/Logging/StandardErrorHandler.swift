import ExhaustCore
package import Logging

/// Writes log records as one line each on standard error: time, level, role, message, then `key=value` pairs.
/// Control characters in values are escaped, so that input cannot forge lines.
package struct StandardErrorHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let role: String

    package init(role: String, level: Logger.Level) {
        self.role = role
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = "\(Timestamp.now()) \(event.level) \(role) \(event.message.description.escapingControls)"
        let pairs = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(Self.quote("\(value)"))" }
        StandardError.write(line + "\n")
    }

    private static func quote(_ text: String) -> String {
        let plain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3d && $0 != 0x7f }
        return plain ? text : "\"\(text.escapingControls.replacing("\"", with: "\\\""))\""
    }
}
