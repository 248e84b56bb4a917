import ExhaustCore
import Glibc

/// A folder of its own for one test, gone with it.
final class TemporaryFolder {
    private let folder: String

    init() throws {
        var template = Array("/tmp/exhaust-trust-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot make a temporary folder")
        }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in names { unlink(path(name)) }
        rmdir(folder)
    }

    /// The path of `name` in the folder.
    func path(_ name: String) -> String {
        names.insert(name)
        return "\(folder)/\(name)"
    }

    private var names: Set<String> = []
}
