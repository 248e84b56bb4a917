import ExhaustCore
import ExhaustTestSupport

/// Files beside the tests.
enum Fixture {
    /// The project's root folder.
    static let project = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// The bytes of a file in `Fixtures`.
    static func bytes(_ name: String) throws -> [UInt8] {
        try FileContent.read("\(project)/Tests/AcctEmitterTests/Fixtures/\(name)")
    }

    /// Runs `body` with a folder of its own.
    static func inDirectory<T>(_ body: (TemporaryDirectory) async throws -> T) async throws -> T {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        return try await body(directory)
    }
}
