/// A type or function, and whether other modules can use it.
struct Export {
    let isExported: Bool
    let name: String
    let place: String
    let isDocumented: Bool

    /// Requirements of the standard library's and other packages' protocols, documented there.
    static let standard: Set<String> = ["==", "<", "hash", "encode", "log"]

    private static let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "func"]

    static func all(in file: SourceFile) -> [Export] {
        let lines = file.lines
        return lines.indices.compactMap { index in
            let words = lines[index].split(separator: " ")
            guard let first = words.first, first != "//", first != "///",
                let kind = words.prefix(5).firstIndex(where: { kinds.contains($0) }),
                kind + 1 < words.count
            else { return nil }
            let above = lines[..<index].last { !$0.drop { $0 == " " }.hasPrefix("@") } ?? ""
            return Export(
                isExported: first == "public" || first == "package",
                name: String(words[kind + 1].prefix { $0 != "(" && $0 != ":" && $0 != "<" || words[kind + 1] == "<" }),
                place: "\(file.path):\(index + 1)", isDocumented: above.drop { $0 == " " }.hasPrefix("///"))
        }
    }
}
