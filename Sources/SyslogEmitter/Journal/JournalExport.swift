import ExhaustCore
import Glibc

/// One entry of the journal as it was exported.
struct JournalEntry: Sendable, Equatable {
    /// A field's value; its beginning if it was longer than the limit.
    struct Field: Sendable, Equatable {
        var name: String
        var bytes: [UInt8]
        var length: Int
    }

    var fields: [Field] = []
    /// Fields that were left out because there were too many.
    var dropped = 0

    /// The first value of a field, as text.
    func text(_ name: String) -> String? {
        fields.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

/// Reads the journal export format (systemd: Journal Export Formats): fields `NAME=value` a line, or `NAME`, a line
/// end, a little-endian 64-bit length, so many bytes and a line end; an empty line ends an entry.
///
/// Pure and bounded: it keeps `limit` bytes of a field and four times as much of all fields beside the message, and
/// where the chunks are cut makes no difference.
struct JournalExport {
    private enum State {
        case line
        case size
        case data(Int)
        case dataEnd
    }

    private static let mostFields = 1024
    /// Beyond what the journal itself can hold (DATA_SIZE_MAX): something is out of step.
    private static let longestField = 1 << 30

    private let limit: Int
    private var state = State.line
    private var entry = JournalEntry()
    private var entryBytes = 0
    private var kept: [UInt8] = []
    private var length = 0
    private var name = ""

    init(limit: Int) { self.limit = limit }

    /// Takes the next bytes and gives the entries that they complete.
    ///
    /// - Throws: `ExhaustError` where the format is broken. Nothing can be read behind that.
    mutating func append(_ chunk: UnsafeRawBufferPointer) throws(ExhaustError) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var rest = chunk
        while let base = rest.baseAddress, !rest.isEmpty {
            switch state {
            case .line:
                let end = memchr(base, 10, rest.count).map { UnsafeRawPointer($0) - base }
                keep(Self.take(end ?? rest.count, of: &rest))
                guard end != nil else { break }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
                if let done = endLine() { entries.append(done) }
            case .size:
                keep(Self.take(min(8 - length, rest.count), of: &rest))
                guard length == 8 else { break }
                let size = kept.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
                guard size <= Self.longestField else { throw Self.broken("a field of \(size) bytes") }
                begin(size == 0 ? .dataEnd : .data(Int(size)))
            case .data(let size):
                keep(Self.take(min(size - length, rest.count), of: &rest))
                if length == size { state = .dataEnd }
            case .dataEnd:
                guard rest[0] == 10 else { throw Self.broken("no line end behind a field") }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
                addField(kept, length: length)
                begin(.line)
            }
        }
        return entries
    }

    private static func broken(_ what: String) -> ExhaustError {
        ExhaustError(.invalidData, "the journal's export is broken: \(what)")
    }

    private static func take(_ count: Int, of rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }

    /// A name and its `=` do not count as the value's.
    private var room: Int { if case .line = state { limit + 256 } else { limit } }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        kept.append(contentsOf: bytes.prefix(max(0, room - kept.count)))
        length += bytes.count
    }

    private mutating func begin(_ next: State) {
        state = next
        kept = []
        length = 0
    }

    /// Gives the entry if the line was the empty one that ends it.
    private mutating func endLine() -> JournalEntry? {
        defer { if case .line = state { begin(.line) } }
        if length == 0 {
            defer { (entry, entryBytes) = (JournalEntry(), 0) }
            return entry.fields.isEmpty ? nil : entry
        }
        if let equals = kept.firstIndex(of: UInt8(ascii: "=")) {
            name = String(decoding: kept[..<equals], as: UTF8.self)
            addField(Array(kept[(equals + 1)...].prefix(limit)), length: length - equals - 1)
        } else {
            name = String(decoding: kept, as: UTF8.self)
            begin(.size)
        }
        return nil
    }

    private mutating func addField(_ bytes: [UInt8], length: Int) {
        // The message itself comes through whatever was before it.
        let isMessage = name == "MESSAGE" && !entry.fields.contains { $0.name == name }
        guard isMessage || (entry.fields.count < Self.mostFields && entryBytes + bytes.count <= 4 * limit) else {
            entry.dropped += 1
            return
        }
        if !isMessage { entryBytes += bytes.count }
        entry.fields.append(.init(name: name, bytes: bytes, length: length))
    }
}
