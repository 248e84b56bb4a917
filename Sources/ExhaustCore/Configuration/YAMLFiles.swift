import Glibc

/// Rules, policies and workflows come as YAML files, named one by one or by their folder.
public enum YAMLFiles {
    /// The files that `paths` name: files as they are, folders as their `*.yaml` and `*.yml` files by name. Throws
    /// if a path does not exist.
    public static func expand(_ paths: [String]) throws(ExhaustError) -> [String] {
        var files: [String] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw ExhaustError(.configuration, errno: errno, "cannot find the file or folder", at: path)
            }
            files += status.st_mode & S_IFMT == S_IFDIR ? try list(path) : [path]
        }
        return files
    }

    private static func list(_ folder: String) throws(ExhaustError) -> [String] {
        guard let directory = opendir(folder) else {
            throw ExhaustError(.configuration, errno: errno, "cannot list the folder", at: folder)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix("."), name.hasSuffix(".yaml") || name.hasSuffix(".yml") { names.append(name) }
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }
}
