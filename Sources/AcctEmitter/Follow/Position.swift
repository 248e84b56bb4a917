import ExhaustCore
import ExhaustRuntime

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
        guard let bytes = try DurableFile.load(path) else { return nil }
        let value = try JSONReader.parse(bytes)
        guard let device = value["device"]?.int, let inode = value["inode"]?.int, let offset = value["offset"]?.int,
            let head = value["head"]?.list?.map({ $0.int.flatMap(UInt8.init(exactly:)) }), !head.contains(nil),
            offset >= 0, let numbering = Numbering(value)
        else { throw ExhaustError(.invalidData, "the saved position has not the form that it should", at: path) }
        return Position(
            identity: .init(device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode)),
            offset: UInt64(offset), head: head.compactMap(\.self),
            numbering: numbering)
    }

    /// Saves the position in one step: after a crash the file holds this one or the one before.
    func save(_ path: String) throws {
        let value = ValueMap(
            [
                ("device", .int(Int64(bitPattern: identity.device))),
                ("inode", .int(Int64(bitPattern: identity.inode))),
                ("offset", .int(Int64(bitPattern: offset))), ("head", .list(head.map { .int(Int64($0)) })),
            ] + numbering.entries)
        try DurableFile.replace(path, with: JSONWriter.bytes(of: .map(value)))
    }
}
