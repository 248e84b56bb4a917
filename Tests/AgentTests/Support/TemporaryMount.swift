import Glibc

/// A small filesystem in memory, for tests that fill one. Needs root.
struct TemporaryMount {
    let path: String

    init?(size: String) {
        var template = Array("/tmp/exhaust-mount-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(size)") == 0 else {
            rmdir(path)
            return nil
        }
    }

    func remove() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}
