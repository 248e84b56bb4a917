import Glibc

/// Whole small files: configuration, keys, secrets.
public enum FileContent {
    /// The bytes of the file at `path`, which must not have more than `limit`.
    public static func read(_ path: String, limit: Int = 1 << 20) throws(ExhaustError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code: ExhaustError.Code = errno == EACCES ? .notPermitted : .noInput
            throw ExhaustError(code, errno: errno, "cannot open the file", at: path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw ExhaustError(.inputOutput, errno: errno, "cannot read the file", at: path)
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else {
                throw ExhaustError(.invalidData, "the file is larger than \(limit) bytes", at: path)
            }
        }
    }

    /// The text of the file at `path` without the line end that editors add; for secrets.
    public static func secret(_ path: String) throws(ExhaustError) -> String {
        let bytes = try read(path, limit: 4096)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ExhaustError(.invalidData, "the secret is not UTF-8 text", at: path)
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Whether both paths lead to one regular file.
    public static func isSameFile(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        let isFile = first.st_mode & S_IFMT == S_IFREG
        return isFile && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}
