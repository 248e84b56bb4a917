import ExhaustCore

@testable import PerfEmitter

/// Files beside the tests.
enum Fixture {
    /// The project's root folder.
    static let project = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    /// The recorded tree `Fixtures/host`.
    static let host = project + "/Tests/PerfEmitterTests/Fixtures/host"

    /// A file of the tree, ready to be read.
    static func scanner(_ file: String) throws -> ByteScanner {
        ByteScanner(try FileContent.read("\(host)/\(file)"))
    }
}

extension ByteScanner {
    init(_ text: String) { self.init(Array(text.utf8)) }
}
