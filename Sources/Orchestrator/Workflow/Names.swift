import ExhaustCore

/// The forms of names in workflow files.
enum Names {
    /// A workflow's name: 1 to 63 of `a-z`, `0-9` and `-`.
    static func isWorkflow(_ name: String) -> Bool { HostID(name) != nil }

    /// A name that expressions can use: a letter or `_`, then letters, digits or `_`.
    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
        }
    }

    /// `, did you mean 'x'?` where one of `candidates` is near.
    static func hint(_ word: String, among candidates: some Sequence<String>) -> String {
        Spelling.nearest(to: word, among: candidates).map { ", did you mean '\($0)'?" } ?? ""
    }
}
