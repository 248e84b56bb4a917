/// Where a process was in the tree of control groups, and what that says of it.
package struct ControlGroup: Sendable, Hashable {
    package let path: String
    /// The systemd unit: the innermost part of the path that names a service or scope.
    package var unit: String? { container == nil ? parts.last { Self.isUnit($0) }.map { String($0) } : outerUnit }
    /// The container's identifier: 64 hexadecimal digits, as Docker, Podman, containerd and CRI-O name their groups.
    package var container: String? { parts.lazy.reversed().compactMap(Self.identifier).first }

    /// The group at `path`.
    package init(path: String) { self.path = path }

    /// Reads /proc/PID/cgroup: the one tree of version 2, else systemd's, else the first that is not at its root. `nil`
    /// where the process was at the root of all.
    package init?(file: [UInt8]) {
        let lines = file.split(separator: 0x0a).compactMap { line -> (names: String, path: String)? in
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].count > 1 else { return nil }
            return (String(decoding: parts[1], as: UTF8.self), String(decoding: parts[2], as: UTF8.self))
        }
        let best = lines.first { $0.names.isEmpty } ?? lines.first { $0.names == "name=systemd" } ?? lines.first
        guard let best else { return nil }
        path = best.path
    }

    private var parts: [Substring] { path.split(separator: "/") }
    /// A container's own group may be a scope; the service that runs containers is around it.
    private var outerUnit: String? { parts.last { Self.isUnit($0) && Self.identifier($0) == nil }.map { String($0) } }

    private static func isUnit(_ part: Substring) -> Bool { part.hasSuffix(".service") || part.hasSuffix(".scope") }

    private static func identifier(_ part: Substring) -> String? {
        let name = part.hasSuffix(".scope") ? part.dropLast(6) : part
        let digits = name.suffix(64)
        let before = name.dropLast(64).last
        guard digits.count == 64, before == nil || before == "-", digits.allSatisfy(\.isLowercaseHexDigit) else {
            return nil
        }
        return String(digits)
    }
}

extension Character {
    fileprivate var isLowercaseHexDigit: Bool { ("0"..."9").contains(self) || ("a"..."f").contains(self) }
}
