package import ExhaustCore
import FoundationEssentials
import Glibc

/// A directory for one test.
package struct TemporaryDirectory: Sendable {
    package let path: String

    /// Makes an empty directory that only this user can read; its name begins with `prefix`.
    package init(prefix: String = "exhaust-test") throws(ExhaustError) {
        var name = Array("/tmp/\(prefix)-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot make a temporary directory")
        }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file into it and gives its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws(ExhaustError) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw ExhaustError(.cannotCreate, errno: errno, "cannot create", at: file) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot write", at: file)
        }
        return file
    }

    /// Deletes it with everything in it.
    package func remove() {
        // What is left over lies in /tmp and harms no later test.
        try? FileManager.default.removeItem(atPath: path)
    }
}
