/// Finds secrets by the program and the flag that they are given to.
struct WordRules: Sendable {
    let names: SecretName
    let programs: ProgramRules

    /// A secret: which word it is in, and how many bytes of the word's value stand before it.
    struct Finding {
        var word: Int
        var offset: Int
    }

    /// The secrets among the `words` of one command; `next` are the words of the one that it is piped into, if any.
    func find(in words: [[UInt8]], next: [[UInt8]] = []) -> [Finding] {
        var findings: [Finding] = []
        for (index, word) in words.enumerated() {
            if let equals = word.firstIndex(of: UInt8(ascii: "=")), equals + 1 < word.count,
                word[..<equals].allSatisfy(\.isNameByte), names.matches(word[..<equals]),
                !Self.isReference(word[(equals + 1)...])
            {
                findings.append(Finding(word: index, offset: equals + 1))
            }
        }
        guard let (start, flags) = program(of: words) else { return findings }
        let name = Self.baseName(words[start])
        for index in words.indices.dropFirst(start + 1) {
            let word = words[index]
            let following = index + 1 < words.count ? words[index + 1] : nil
            if let finding = longFlag(word, at: index, following, flags) { findings.append(finding) }
            for flag in flags { if let finding = shortFlag(flag, words, index) { findings.append(finding) } }
            if name == Array("set".utf8), names.matches(word), !word.contains(UInt8(ascii: "=")), following != nil {
                findings += words.indices.dropFirst(index + 1).map { Finding(word: $0, offset: 0) }
            }
        }
        return findings + plain(words, start, name, next)
    }

    /// `--password SECRET`, where the program's `-p` does not say that a password must be attached.
    private func longFlag(_ word: [UInt8], at index: Int, _ following: [UInt8]?, _ flags: [ProgramRules.Flag])
        -> Finding?
    {
        guard word.count > 3, word[0] == UInt8(ascii: "-"), word.allSatisfy(\.isNameByte), names.matches(word),
            let following, following.first != UInt8(ascii: "-"), !following.isEmpty, !Self.isReference(following[...]),
            !flags.contains(where: { if case .attached = $0.form { true } else { false } })
        else { return nil }
        return Finding(word: index + 1, offset: 0)
    }

    private func shortFlag(_ flag: ProgramRules.Flag, _ words: [[UInt8]], _ index: Int) -> Finding? {
        if let needs = flag.needs, !words.contains(needs) { return nil }
        let word = words[index]
        guard word.starts(with: flag.name) else { return nil }
        let isLong = flag.name.count > 2
        if word.count > flag.name.count {
            // `-passin` is no `-p`, and a long flag takes its value after `=`.
            guard !isLong || word[flag.name.count] == UInt8(ascii: "=") else { return nil }
            return finding(flag.form, in: word, at: index, from: flag.name.count + (isLong ? 1 : 0))
        }
        if case .attached = flag.form { return nil }
        guard index + 1 < words.count else { return nil }
        return finding(flag.form, in: words[index + 1], at: index + 1, from: 0)
    }

    private func finding(_ form: ProgramRules.Form, in word: [UInt8], at index: Int, from start: Int) -> Finding? {
        guard start < word.count, !Self.isReference(word[start...]) else { return nil }
        let mark: UInt8
        switch form {
        case .attached, .either: return Finding(word: index, offset: start)
        case .afterColon: mark = UInt8(ascii: ":")
        case .afterPercent: mark = UInt8(ascii: "%")
        }
        guard let found = word[start...].firstIndex(of: mark), found + 1 < word.count else { return nil }
        return Finding(word: index, offset: found + 1)
    }

    /// Secrets that are no flag's: `htpasswd -b FILE USER SECRET`, and what is echoed to a program that reads one.
    private func plain(_ words: [[UInt8]], _ start: Int, _ name: [UInt8], _ next: [[UInt8]]) -> [Finding] {
        if name == Array("htpasswd".utf8), words.count > start + 2,
            words.contains(where: { $0.first == UInt8(ascii: "-") && $0.contains(UInt8(ascii: "b")) })
        {
            return [Finding(word: words.count - 1, offset: 0)]
        }
        guard [Array("echo".utf8), Array("printf".utf8)].contains(name), readsSecret(next) else { return [] }
        return words.indices.dropFirst(start + 1).filter { words[$0].first != UInt8(ascii: "-") }
            .map { Finding(word: $0, offset: 0) }
    }

    private func readsSecret(_ words: [[UInt8]]) -> Bool {
        let texts = words.prefix(8).map { String(decoding: $0.prefix(32), as: UTF8.self) }
        if texts.contains("chpasswd") || texts.contains("--password-stdin") || texts.contains("--stdin") { return true }
        return texts.first == "sudo" && texts.contains("-S")
    }

    /// The program's place and its rules. What stands before it is assignments, and `sudo` and the like.
    private func program(of words: [[UInt8]]) -> (Int, [ProgramRules.Flag])? {
        var first: Int?
        for (index, word) in words.enumerated() {
            let name = Self.baseName(word)
            if let flags = programs.flags(of: name) { return (index, flags) }
            if Self.wrappers.contains(String(decoding: name.prefix(16), as: UTF8.self)) {
                if first == nil { first = index }
            } else if first == nil, !word.contains(UInt8(ascii: "=")) {
                return (index, [])
            }
        }
        return first.map { ($0, []) }
    }

    private static let wrappers: Set<String> = [
        "sudo", "doas", "env", "nohup", "time", "exec", "command", "builtin", "nice", "ionice", "timeout", "watch",
        "strace", "setsid", "xargs", "runuser", "chroot", "do", "then", "else", "if", "while", "until", "!", "{",
        "ssh", "kubectl", "and", "or", "not",
    ]

    static func baseName(_ word: [UInt8]) -> [UInt8] {
        word.lastIndex(of: UInt8(ascii: "/")).map { Array(word[($0 + 1)...]) } ?? word
    }

    /// `$NAME`, `${NAME}` or what is left of `$(command)`: they name a secret without telling it.
    private static func isReference(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.first == UInt8(ascii: "$") else { return false }
        guard let second = value.dropFirst().first else { return true }
        return second.isNameByte || second == UInt8(ascii: "{") || second == UInt8(ascii: "(")
    }
}
