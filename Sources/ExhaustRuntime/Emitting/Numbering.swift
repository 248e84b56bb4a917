package import ExhaustCore

/// How an outbox names its events: records that are read again after a crash must get their old names.
package struct Numbering: Hashable, Sendable {
    /// The source of the events, and the number of the last one.
    package var source: String
    package var last: UInt64

    package init(source: String, last: UInt64) {
        self.source = source
        self.last = last
    }
}

extension Numbering {
    /// Reads the entries `source` and `last` of a saved position; `nil` if they are not there.
    package init?(_ value: Value) {
        guard let source = value["source"]?.string, let last = value["last"]?.int.flatMap(UInt64.init(exactly:))
        else { return nil }
        self.init(source: source, last: last)
    }

    /// The entries of a saved position.
    package var entries: [(String, Value)] {
        [("source", .string(source)), ("last", .int(Int64(clamping: last)))]
    }
}
