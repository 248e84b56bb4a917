import Glibc

/// The programs under test, which lie beside this one.
enum Programs {
    /// This program's path.
    static let own: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    private static let folder = own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }

    /// The path of `exhaust-<role>`.
    static func role(_ role: String) -> String { "\(folder)/exhaust-\(role)" }

    /// The path of `exhaustctl`.
    static let control = "\(folder)/exhaustctl"

    /// Whether one of the usual folders has the program `name`.
    static func isInstalled(_ name: String) -> Bool {
        ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"].contains { access($0 + name, X_OK) == 0 }
    }
}
