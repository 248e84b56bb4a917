import Glibc

/// Files beside the tests.
enum Fixture {
    /// The bytes of a file in `Fixtures`.
    static func bytes(_ name: String, in source: StaticString = #filePath) throws -> [UInt8] {
        try read("\(folder(of: source))/Fixtures/\(name)")
    }

    /// The bytes of the file at `path`.
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MissingFile(path: path) }
        defer { close(descriptor) }
        var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func folder(of source: StaticString) -> String {
        let path = "\(source)"
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    struct MissingFile: Error { var path: String }
}

/// A folder for one test, removed with everything in it at the end.
struct TemporaryFolder {
    let path: String

    static func with<T>(_ body: (TemporaryFolder) async throws -> T) async throws -> T {
        var template = Array("/tmp/exhaust-acct-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Fixture.MissingFile(path: "/tmp") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { removeAll(path) }
        return try await body(TemporaryFolder(path: path))
    }

    private static func removeAll(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { removeAll("\(path)/\(name)") }
            }
            closedir(folder)
        }
        remove(path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw Fixture.MissingFile(path: file(name)) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Fixture.MissingFile(path: file(name))
        }
    }
}
