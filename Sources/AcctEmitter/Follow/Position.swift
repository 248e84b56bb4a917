import ExhaustCore
import Glibc

/// How far an accounting file was read and published, kept in a file of its own across restarts.
struct Position: Hashable {
    var identity: PacctFile.Identity
    /// Everything before this byte was confirmed.
    var offset: UInt64
    /// The file's first bytes when the position was saved, see `PacctFile.head()`.
    var head: [UInt8]
    /// How the next record's event is named.
    var numbering: Numbering

    /// Whether nothing was read between this position and `other`.
    func isSamePlace(as other: Position) -> Bool {
        (identity, offset) == (other.identity, other.offset) && head == other.head
    }

    /// Whether this position is one in `file`.
    func isIn(_ file: PacctFile) throws -> Bool {
        try file.identity == identity && file.head().starts(with: head)
    }

    /// Reads a saved position; `nil` if there is none.
    ///
    /// - Throws: `ExhaustError` if it is there but unusable. Reading then starts over, since a record twice is better
    ///   than one never.
    static func load(_ path: String) throws -> Position? {
        guard let bytes = try content(of: path) else { return nil }
        let value = try JSONReader.parse(bytes)
        guard let device = value["device"]?.int, let inode = value["inode"]?.int, let offset = value["offset"]?.int,
            let head = value["head"]?.list?.map({ $0.int.flatMap(UInt8.init(exactly:)) }), !head.contains(nil),
            offset >= 0, let source = value["source"]?.string,
            let last = value["last"]?.int.flatMap(UInt64.init(exactly:))
        else { throw ExhaustError(.invalidData, "the saved position has not the form that it should", at: path) }
        return Position(
            identity: .init(device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode)),
            offset: UInt64(offset), head: head.compactMap(\.self),
            numbering: Numbering(source: source, last: last))
    }

    /// Saves the position in one step: after a crash the file holds this one or the one before.
    func save(_ path: String) throws {
        let value: ValueMap = [
            "device": .int(Int64(bitPattern: identity.device)), "inode": .int(Int64(bitPattern: identity.inode)),
            "offset": .int(Int64(bitPattern: offset)), "head": .list(head.map { .int(Int64($0)) }),
            "source": .string(numbering.source), "last": .int(Int64(clamping: numbering.last)),
        ]
        let new = path + ".new"
        try Self.write(JSONWriter.bytes(of: .map(value)), to: new)
        guard rename(new, path) == 0 else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot save the position", at: path)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw ExhaustError(.cannotCreate, errno: errno, "cannot save the position", at: path)
        }
        defer { close(descriptor) }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot save the position", at: path)
        }
    }

    private static func content(of path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else {
            throw ExhaustError(.noInput, errno: errno, "cannot read the saved position", at: path)
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot read the saved position", at: path)
        }
        return Array(buffer.prefix(count))
    }
}
