/// A function's place and length, found by its indentation, which the formatter keeps regular.
struct Function {
    let line: Int
    let length: Int

    static func all(in file: SourceFile) -> [Function] {
        let lines = file.lines
        return lines.indices.compactMap { start in
            let words = lines[start].split(separator: " ").prefix(6)
            let isFunction = words.contains("func") || lines[start].drop { $0 == " " }.hasPrefix("init(")
            guard isFunction, !lines[start].hasSuffix("}") else { return nil }
            let indentation = lines[start].prefix { $0 == " " }
            let end = lines[(start + 1)...].firstIndex { $0 == indentation + "}" }
            return end.map { Function(line: start + 1, length: $0 - start + 1) }
        }
    }
}
