import ExhaustCore
import ExhaustRuntime

/// The positions in all files, kept in one file.
struct PositionBook {
    /// The paths of the rules that were in force before: what matches them now and is not known is new.
    var rules: Set<String> = []
    /// The files that are not open.
    var resting: [FileIdentity: FilePosition] = [:]

    /// Reads the book at `path`; an empty one if there is none.
    ///
    /// Names are taken over only within one boot of the machine. A loss of power may take back what was read of a file,
    /// and the same names would be given to other lines.
    ///
    /// - Throws: `ExhaustError` if it is there but unusable.
    init(_ path: String, boot: String) throws(ExhaustError) {
        guard let bytes = try DurableFile.load(path) else { return }
        let saved: Value
        do { saved = try JSONReader.parse(bytes) } catch { throw Self.unusable(path) }
        guard let rules = saved["rules"]?.list, let files = saved["files"]?.list else { throw Self.unusable(path) }
        self.rules = Set(rules.compactMap(\.string))
        for file in files {
            guard var position = FilePosition(file) else { throw Self.unusable(path) }
            if saved["boot"]?.string != boot { position.numbering = nil }
            resting[position.identity] = position
        }
    }

    /// An empty book.
    init() {}

    /// Saves the book with the positions of the open files.
    func save(_ path: String, boot: String, open: [FilePosition]) throws(ExhaustError) {
        let files = (Array(resting.values) + open).sorted { ($0.path, $0.offset) < ($1.path, $1.offset) }
        let value: ValueMap = [
            "boot": .string(boot), "rules": .list(rules.sorted().map { .string($0) }),
            "files": .list(files.map(\.value)),
        ]
        try DurableFile.replace(path, with: JSONWriter.bytes(of: .map(value)))
    }

    private static func unusable(_ path: String) -> ExhaustError {
        ExhaustError(.invalidData, "the saved positions have not the form that they should", at: path)
    }
}
