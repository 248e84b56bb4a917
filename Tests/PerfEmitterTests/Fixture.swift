import ExhaustCore
import Glibc

@testable import PerfEmitter

/// Files beside the tests.
enum Fixture {
    /// The project's root folder.
    static let project = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    /// The recorded tree `Fixtures/host`.
    static let host = project + "/Tests/PerfEmitterTests/Fixtures/host"

    /// All files of the tree, as paths in it.
    static let files = list(where: { $0 == S_IFREG })
    /// All folders of the tree, outer ones first.
    static let folders = list(where: { $0 == S_IFDIR })

    private static func list(where isWanted: (mode_t) -> Bool, in folder: String = "") -> [String] {
        SmallFile.names(in: "\(host)/\(folder)").flatMap { name in
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var status = stat()
            guard stat("\(host)/\(path)", &status) == 0 else { return [String]() }
            let kind = status.st_mode & S_IFMT
            return (isWanted(kind) ? [path] : []) + (kind == S_IFDIR ? list(where: isWanted, in: path) : [])
        }
    }

    /// A file of the tree, ready to be read.
    static func scanner(_ file: String) throws -> ByteScanner {
        ByteScanner(try FileContent.read("\(host)/\(file)"))
    }
}

extension ByteScanner {
    init(_ text: String) { self.init(Array(text.utf8)) }
}
