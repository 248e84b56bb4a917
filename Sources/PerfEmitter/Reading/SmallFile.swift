import ExhaustCore
import Glibc

/// Files of /sys with one value, which are read seldom: they are opened each time, since devices come and go.
enum SmallFile {
    /// The text without white space around it; `nil` if there is none or it cannot be read, as for a device that just
    /// went, or a driver without the value.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0 else { return nil }
            var bytes = buffer.prefix(count)
            while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
            return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The whole number in the file.
    static func number(_ path: String) -> Int64? { text(path).flatMap { Int64($0) } }

    /// The whole number in the file, if it is not below 0.
    static func count(_ path: String) -> Value? {
        number(path).flatMap { $0 >= 0 ? .int($0) : nil }
    }

    /// The names in a folder, sorted; none if it cannot be listed.
    static func names(in folder: String) -> [String] { list(folder) { _ in true } }

    /// The names of the folders in a folder, sorted.
    static func folders(in folder: String) -> [String] { list(folder) { $0 == UInt8(DT_DIR) } }

    private static func list(_ folder: String, where isWanted: (UInt8) -> Bool) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != "..", isWanted(entry.pointee.d_type) { names.append(name) }
        }
        return names.sorted()
    }
}
