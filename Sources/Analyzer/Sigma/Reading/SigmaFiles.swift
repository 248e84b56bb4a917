import ExhaustCore
import Glibc

/// The files of Sigma rules: Sigma's own collections have folders in folders.
enum SigmaFiles {
    private static let depthLimit = 16
    private static let countLimit = 100_000

    /// The `.yml` and `.yaml` files that `paths` name, or that are below them, by path.
    static func list(_ paths: [String]) throws(ExhaustError) -> [String] {
        var files: [String] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw ExhaustError(.configuration, errno: errno, "cannot find the file or folder", at: path)
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try walk(path, depth: 0, into: &files)
            } else {
                files.append(path)
            }
        }
        return files
    }

    /// Links are followed to files, and not to folders, which may lead back.
    private static func walk(_ folder: String, depth: Int, into files: inout [String]) throws(ExhaustError) {
        guard depth < depthLimit else {
            throw ExhaustError(.configuration, "folders are nested deeper than \(depthLimit)", at: folder)
        }
        guard let directory = opendir(folder) else {
            throw ExhaustError(.configuration, errno: errno, "cannot list the folder", at: folder)
        }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        closedir(directory)
        for name in names.sorted() {
            let path = "\(folder)/\(name)"
            var status = stat()
            // One that went meanwhile is not there.
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try walk(path, depth: depth + 1, into: &files)
            } else if name.hasSuffix(".yml") || name.hasSuffix(".yaml") {
                files.append(path)
                guard files.count <= countLimit else {
                    throw ExhaustError(.configuration, "more than \(countLimit) rules", at: folder)
                }
            }
        }
    }
}
