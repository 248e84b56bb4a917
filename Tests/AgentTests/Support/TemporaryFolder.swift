import ExhaustCore
import FoundationEssentials
import Glibc

/// A folder of its own for one test, gone with all that is in it.
final class TemporaryFolder: Sendable {
    /// The folder's path, without symbolic links.
    let path: String

    init() throws {
        var template = Array("/tmp/exhaust-agent-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot make a temporary folder")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // What is left over lies in /tmp and harms no later test.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the folder.
    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, with its folders, and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o644, age: Int = 0) throws -> String {
        var folder = path
        for component in name.split(separator: "/").dropLast() {
            folder += "/\(component)"
            mkdir(folder, 0o755)
        }
        let file = path(name)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
        guard descriptor >= 0, Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot write", at: file)
        }
        fchmod(descriptor, mode)
        let time = timespec(tv_sec: Glibc.time(nil) - age, tv_nsec: 0)
        futimens(descriptor, [time, time])
        close(descriptor)
        return file
    }

    /// The bytes of a file in the folder; empty if it is not there.
    func read(_ name: String) -> [UInt8] { (try? FileContent.read(path(name), limit: 64 << 20)) ?? [] }

    /// Whether there is something of this name.
    func has(_ name: String) -> Bool {
        var status = stat()
        return lstat(path(name), &status) == 0
    }
}
