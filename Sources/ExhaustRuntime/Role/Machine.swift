package import ExhaustCore
import Glibc

/// What a role asks of the machine that it runs on.
package enum Machine {
    /// The host name (gethostname(2)).
    package static var hostname: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The machine's name as a host id; `localhost` if the name has no usable character.
    package static var hostID: HostID { HostID(hostname: hostname) ?? HostID.localhost }

    /// The variable that may hold the broker's password, which no other configuration but a file may.
    package static let passwordVariable = "EXHAUST_BROKER__PASSWORD"

    /// The path of another of Exhaust's programs: beside this one, or else to be found in PATH.
    package static func program(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let beside = own.lastIndex(of: "/").map { "\(own[...$0])\(name)" } ?? name
        return access(beside, X_OK) == 0 ? beside : name
    }

    /// This process's id.
    package static var pid: Int { Int(getpid()) }

    /// The process's environment.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }
}
