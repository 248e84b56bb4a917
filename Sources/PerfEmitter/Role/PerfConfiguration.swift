import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-perf`, beside those of every role.
package struct PerfConfiguration: RoleConfiguration {
    /// `interval`: time between samples; default 10 s.
    package var interval: Duration
    /// `top`: how many processes to tell of by CPU, and how many more by memory; default 20.
    package var top: Int
    /// `proc`, `sys`, `rootfs`: where the host's files are; default `/proc`, `/sys`, `/`.
    package var roots: Roots
    /// `exclude_filesystem_types`: filesystems to leave out besides those without data of their own; default none.
    package var excludedTypes: Set<String>

    enum CodingKeys: String, CodingKey {
        case interval, top, proc, sys, rootfs
        case excludedTypes = "exclude_filesystem_types"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        interval = try container.decodeIfPresent(Duration.self, forKey: .interval) ?? .seconds(10)
        top = try container.decodeIfPresent(Int.self, forKey: .top) ?? 20
        excludedTypes = Set(try container.decodeIfPresent([String].self, forKey: .excludedTypes) ?? [])
        roots = Roots()
        for (key, path) in [(CodingKeys.proc, \Roots.proc), (.sys, \.sys), (.rootfs, \.rootfs)] {
            guard let text = try container.decodeIfPresent(String.self, forKey: key) else { continue }
            guard text.hasPrefix("/") else {
                throw ValueCodingError(path: [key.rawValue], message: "must be an absolute path")
            }
            // Paths are joined with a slash.
            roots[keyPath: path] = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        guard interval >= .milliseconds(100) else {
            throw ValueCodingError(path: ["interval"], message: "must be at least 100ms")
        }
        guard (0...1000).contains(top) else {
            throw ValueCodingError(path: ["top"], message: "must be from 0 to 1000")
        }
    }

    package func validate() throws {}
}
