import Glibc

/// The programs, as `swift build` leaves them beside the tests.
package enum Programs {
    /// The folder with the programs: the one that the tests run from.
    package static var folder: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}
