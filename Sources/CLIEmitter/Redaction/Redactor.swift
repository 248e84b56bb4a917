import ExhaustCore

/// Replaces secrets in commands by `«redacted:` and the first 12 digits of a keyed hash, so that equal secrets can be
/// told apart from others, and none be read or guessed. Its time is linear in the length of the text.
package struct Redactor: Sendable {
    private let key: [UInt8]
    private let isEnabled: Bool
    private let text: TextRules
    private let words: WordRules

    /// A redactor that hashes with `key`, which `RedactionKey` keeps.
    package init(key: [UInt8], settings: RedactionSettings = RedactionSettings()) {
        self.key = key
        isEnabled = settings.enabled
        let names = SecretName(additional: settings.names)
        text = TextRules(names: names, tokens: TokenForm.all(additional: settings.prefixes))
        words = WordRules(names: names, programs: ProgramRules(additional: settings.flags))
    }

    /// A command line as typed, or any other text, without its secrets.
    package func redact(_ text: String) -> String {
        guard isEnabled else { return text }
        let bytes = Array(text.utf8)
        var spans: [Range<Int>] = []
        find(in: bytes, 0..<bytes.count, depth: 0, into: &spans)
        return replaced(bytes, spans) ?? text
    }

    /// A program's arguments, the first of which is its name, without their secrets.
    package func redact(arguments: [String]) -> [String] {
        guard isEnabled else { return arguments }
        let values = arguments.map { Array($0.utf8) }
        var spans = values.map { bytes in
            var spans: [Range<Int>] = []
            // One with a space may be a command of its own, as in `sh -c`.
            find(
                in: bytes, 0..<bytes.count, depth: bytes.contains(where: \.isSpace) ? 0 : Self.depthLimit, into: &spans)
            return spans
        }
        for finding in words.find(in: values) {
            spans[finding.word].append(finding.offset..<values[finding.word].count)
        }
        return arguments.indices.map { replaced(values[$0], spans[$0]) ?? arguments[$0] }
    }

    /// How deep quoted commands are looked into.
    private static let depthLimit = 3

    private func find(in bytes: [UInt8], _ range: Range<Int>, depth: Int, into spans: inout [Range<Int>]) {
        if depth == 0 || depth == Self.depthLimit { text.find(in: bytes, range, into: &spans) }
        guard depth < Self.depthLimit else { return }
        var lexer = ShellLexer(bytes, range)
        let commands = lexer.commands()
        for (index, command) in commands.enumerated() {
            let next = index + 1 < commands.count ? commands[index + 1].map(\.value) : []
            for finding in words.find(in: command.map(\.value), next: next) {
                spans.append(place(of: finding, in: command[finding.word], bytes))
            }
            for word in command {
                for inside in word.nested { find(in: bytes, inside, depth: depth + 1, into: &spans) }
            }
        }
    }

    /// Where the secret stands in the text: behind the bytes before it, if no quote or one around all is among them;
    /// else it is the whole word.
    private func place(of finding: WordRules.Finding, in word: ShellLexer.Word, _ bytes: [UInt8]) -> Range<Int> {
        let before = word.value.prefix(finding.offset)
        for inside in [
            word.range, (word.range.lowerBound + 1)..<max(word.range.lowerBound + 1, word.range.upperBound - 1),
        ]
        where bytes[inside].prefix(finding.offset).elementsEqual(before) && inside.count > finding.offset {
            if inside != word.range, !bytes[word.range.lowerBound].isQuote { continue }
            return (inside.lowerBound + finding.offset)..<inside.upperBound
        }
        return word.range
    }

    /// `bytes` with `spans` replaced; `nil` if there is nothing to replace.
    private func replaced(_ bytes: [UInt8], _ spans: [Range<Int>]) -> String? {
        guard !spans.isEmpty else { return nil }
        var result: [UInt8] = []
        var position = 0
        for span in merged(spans) {
            result += bytes[position..<span.lowerBound]
            position = span.upperBound
            result += marker(bytes[span])
        }
        return String(decoding: result + bytes[position...], as: UTF8.self)
    }

    private func merged(_ spans: [Range<Int>]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for span in spans.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = result.last, span.lowerBound < last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else if !span.isEmpty {
                result.append(span)
            }
        }
        return result
    }

    private func marker(_ secret: ArraySlice<UInt8>) -> [UInt8] {
        let digest = Digest.keyed(ShellLexer.unquoted(secret), key: key)
        return Array("«redacted:".utf8) + digest.utf8.prefix(12) + Array("»".utf8)
    }
}
