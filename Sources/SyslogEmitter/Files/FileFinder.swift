import Glibc

/// Finds the files of the rules, and files that were renamed.
struct FileFinder {
    /// A file that a rule names.
    struct Found {
        var path: String
        var rule: FileRule
        var state: OpenFile.State
    }

    let rules: [FileRule]
    private static let packed = [".gz", ".bz2", ".xz", ".zst"]

    /// The files that the rules name now, each once and under the first rule that names it, and the folders that they
    /// may be in.
    func find() -> (files: [FileIdentity: Found], folders: [String]) {
        var files: [FileIdentity: Found] = [:]
        var folders: Set<String> = []
        for rule in rules {
            folders.insert(Self.folder(of: rule.path))
            for path in Self.paths(rule.path) where !Self.packed.contains(where: { path.hasSuffix($0) }) {
                guard let state = OpenFile.State(path: path) else { continue }
                folders.insert(Self.folder(of: path))
                if files[state.identity] == nil { files[state.identity] = Found(path: path, rule: rule, state: state) }
            }
        }
        return (files, folders.filter { access($0, F_OK) == 0 }.sorted())
    }

    /// Where in `folders` the files `wanted` are.
    static func locate(_ wanted: Set<UInt64>, in folders: [String]) -> [String] {
        guard !wanted.isEmpty else { return [] }
        return folders.flatMap { folder -> [String] in
            guard let directory = opendir(folder) else { return [] }
            defer { closedir(directory) }
            var paths: [String] = []
            while let entry = readdir(directory) {
                guard wanted.contains(UInt64(entry.pointee.d_ino)) else { continue }
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if !packed.contains(where: { name.hasSuffix($0) }) { paths.append("\(folder)/\(name)") }
            }
            return paths
        }
    }

    private static func folder(of path: String) -> String {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    /// The paths that match `pattern` (glob(3)).
    private static func paths(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0, let list = result.gl_pathv else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { list[$0].map { String(cString: $0) } }
    }
}
