import FoundationEssentials
import Testing

/// The project's files as the tidy tests see them.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// The path from the project's root.
    let path: String
    let text: String
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var testDescription: String { path }

    static let root = String(#filePath.prefix(#filePath.count - "Tests/TidyTests/Sources.swift".count))

    /// Every file below `folder` whose name ends so.
    static func all(below folder: String, ending: String = ".swift") -> [SourceFile] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: root + folder)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
            guard let data = FileManager.default.contents(atPath: root + folder + "/" + name) else { return nil }
            return SourceFile(path: folder + "/" + name, text: String(decoding: data, as: UTF8.self))
        }
    }
}
