import ExhaustCore
import ExhaustRuntime

/// Up to which entry the journal was published.
struct JournalPosition {
    /// `nil` before the first entry of a journal that was empty.
    var cursor: String?
    var numbering: Numbering

    init(cursor: String?, numbering: Numbering) {
        self.cursor = cursor
        self.numbering = numbering
    }

    /// Reads the saved position; `nil` if there is none.
    init?(file: String) throws(ExhaustError) {
        guard let bytes = try DurableFile.load(file) else { return nil }
        // What cannot be read is as little of use as what has another form.
        guard let value = try? JSONReader.parse(bytes), let numbering = Numbering(value)
        else { throw ExhaustError(.invalidData, "the saved position has not the form that it should", at: file) }
        self.init(cursor: value["cursor"]?.string, numbering: numbering)
    }

    func save(_ file: String) throws(ExhaustError) {
        let value = ValueMap((cursor.map { [("cursor", .string($0))] } ?? []) + numbering.entries)
        try DurableFile.replace(file, with: JSONWriter.bytes(of: .map(value)))
    }
}
