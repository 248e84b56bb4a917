import ExhaustCore
import Glibc

/// Unpacks node_exporter's archives (ttar): text with `Directory:`, `Path:`, `Lines:` and `SymlinkTo:`.
enum RecordedTree {
    static func unpack(_ archive: String, into folder: String) throws {
        let text = String(decoding: try FileContent.read(archive, limit: 16 << 20), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var path = ""
        while let line = lines.popFirst() {
            if let name = value("Directory", line) {
                mkdir("\(folder)/\(name)", 0o755)
            } else if let name = value("Path", line) {
                path = "\(folder)/\(name)"
            } else if let target = value("SymlinkTo", line) {
                symlink(target, path)
            } else if let count = value("Lines", line).flatMap({ Int($0) }) {
                try write(lines.prefix(count).map(String.init), to: path)
                lines = lines.dropFirst(count)
            }
        }
    }

    private static func value(_ key: String, _ line: Substring) -> String? {
        line.hasPrefix("\(key): ") ? String(line.dropFirst(key.count + 2)) : nil
    }

    /// `EOF` at the end of a last line says that it has no end.
    private static func write(_ lines: [String], to path: String) throws {
        var text = lines.joined(separator: "\n")
        if text.hasSuffix("EOF") { text.removeLast(3) } else if !lines.isEmpty { text += "\n" }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot create", at: path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot write", at: path)
        }
    }
}
