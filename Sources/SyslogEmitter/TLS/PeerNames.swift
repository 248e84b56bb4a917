/// Names that peers may have: whole ones, or `*.example.org` for any one first part.
package struct PeerNames: Sendable, Hashable {
    private var whole: Set<String> = []
    private var parents: Set<String> = []

    /// The names of `patterns`, in any case.
    package init(_ patterns: [String]) {
        for pattern in patterns.map({ $0.lowercased() }) {
            if pattern.hasPrefix("*.") {
                parents.insert(String(pattern.dropFirst(2)))
            } else {
                whole.insert(pattern)
            }
        }
    }

    /// Whether `text` is a name or a pattern.
    static func isPattern(_ text: String) -> Bool {
        let rest = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !rest.isEmpty && !rest.contains("*")
    }

    /// Whether one of them is `name`. A name with a `*` of its own, as servers' certificates have, is that text alone.
    func contain(_ name: String) -> Bool {
        let name = name.lowercased()
        if whole.contains(name) { return true }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex, !name.contains("*") else { return false }
        return parents.contains(String(name[name.index(after: dot)...]))
    }
}
