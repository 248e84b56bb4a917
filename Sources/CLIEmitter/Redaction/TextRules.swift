/// Finds secrets by what stands around them, whatever the text is: shell, JSON, YAML, HTTP. Each rule passes over the
/// bytes once, and none looks back.
struct TextRules: Sendable {
    let names: SecretName
    let tokens: [TokenForm]

    /// Adds the ranges of the secrets in `range` of `bytes` to `spans`.
    func find(in bytes: [UInt8], _ range: Range<Int>, into spans: inout [Range<Int>]) {
        findNamed(bytes, range, &spans)
        findTokens(bytes, range, &spans)
        findUserInfo(bytes, range, &spans)
        findPrivateKeys(bytes, range, &spans)
    }

    /// `NAME=value`, `"name": "value"`, `name: value`, and headers.
    private func findNamed(_ bytes: [UInt8], _ range: Range<Int>, _ spans: inout [Range<Int>]) {
        var position = range.lowerBound
        while position < range.upperBound {
            guard bytes[position].isNameByte else {
                position += 1
                continue
            }
            let start = position
            while position < range.upperBound, bytes[position].isNameByte { position += 1 }
            let name = start..<position
            let isHeader = Self.isHeader(bytes[name])
            guard isHeader || names.matches(bytes[name]) else { continue }
            guard let value = value(after: name, isHeader: isHeader, bytes, range), !value.isEmpty else { continue }
            spans.append(value)
            position = value.upperBound
        }
    }

    private static func isHeader(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count <= 32 else { return false }
        let lower = name.map { $0 | 0x20 }
        return lower.hasEnding(Array("authorization".utf8)) || lower.hasEnding(Array("cookie".utf8))
    }

    private func value(
        after name: Range<Int>, isHeader: Bool, _ bytes: [UInt8], _ range: Range<Int>
    ) -> Range<Int>? {
        let before = name.lowerBound > range.lowerBound ? bytes[name.lowerBound - 1] : UInt8(ascii: "\n")
        let isApart = before == UInt8(ascii: "\n") || before.isQuote || isIndented(name.lowerBound, bytes, range)
        var position = name.upperBound
        func skip(_ isSkipped: (UInt8) -> Bool) {
            while position < range.upperBound, isSkipped(bytes[position]) { position += 1 }
        }
        skip { $0.isQuote || $0 == UInt8(ascii: "\\") }
        let isQuotedName = position > name.upperBound
        let gap = position
        skip { $0 == UInt8(ascii: " ") }
        guard position < range.upperBound else { return nil }
        let separator = bytes[position]
        guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: "=") else { return nil }
        // Comparisons and URLs give no value; a name in mid-sentence only with `=` and no space.
        let isTight = separator == UInt8(ascii: "=") && gap == position
        guard isTight || isApart || isQuotedName || isHeader else { return nil }
        position += 1
        if position < range.upperBound,
            [UInt8(ascii: "="), UInt8(ascii: "~"), UInt8(ascii: ":")].contains(bytes[position])
        {
            return nil
        }
        if !isTight || isQuotedName || isHeader { skip { $0 == UInt8(ascii: " ") } }
        guard position < range.upperBound, !isReference(bytes, position, range) else { return nil }
        if isHeader { skipScheme(&position, bytes, range) }
        return position..<end(of: position, isLine: isApart && !isTight, before: before, isHeader, bytes, range)
    }

    private func isIndented(_ start: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var position = start - 1
        // Twenty columns are deep enough, and keep the look back bounded.
        while position >= max(range.lowerBound, start - 20), bytes[position] == UInt8(ascii: " ") { position -= 1 }
        return position >= range.lowerBound && position >= start - 20
            && [UInt8(ascii: "\n"), UInt8(ascii: ","), UInt8(ascii: "{")].contains(bytes[position])
    }

    /// `$NAME`, `${NAME}` and `$(command)` name a secret without telling it.
    private func isReference(_ bytes: [UInt8], _ position: Int, _ range: Range<Int>) -> Bool {
        let next = bytes[position] == UInt8(ascii: "\"") ? position + 1 : position
        guard next + 1 < range.upperBound, bytes[next] == UInt8(ascii: "$") else { return bytes[position].isSpace }
        return bytes[next + 1].isNameByte || [UInt8(ascii: "{"), UInt8(ascii: "(")].contains(bytes[next + 1])
    }

    private func skipScheme(_ position: inout Int, _ bytes: [UInt8], _ range: Range<Int>) {
        var next = position
        if next < range.upperBound, bytes[next].isQuote { next += 1 }
        let start = next
        while next < range.upperBound, next - start < 16, bytes[next].isNameByte { next += 1 }
        guard next > start, next < range.upperBound, bytes[next] == UInt8(ascii: " ") else { return }
        position = next + 1
    }

    private func end(
        of start: Int, isLine: Bool, before: UInt8, _ isHeader: Bool, _ bytes: [UInt8], _ range: Range<Int>
    ) -> Int {
        var position = start
        // A quote that stands before the name or the value ends it.
        var mark: UInt8? = isHeader && before.isQuote ? before : nil
        if bytes[position].isQuote {
            mark = bytes[position]
            position += 1
        } else if bytes[position] == UInt8(ascii: "\\"), position + 1 < range.upperBound, bytes[position + 1].isQuote {
            mark = UInt8(ascii: "\\")
            position += 2
        }
        while position < range.upperBound {
            let byte = bytes[position]
            if let mark {
                if byte == mark { return mark == bytes[start] && mark != UInt8(ascii: "\\") ? position + 1 : position }
                if byte == UInt8(ascii: "\\"), mark == UInt8(ascii: "\"") { position += 1 }
            } else if byte == UInt8(ascii: "\n") || byte.isQuote {
                return position
            } else if !(isHeader && isLine) {
                if byte.isSpace { return position }
                if !isLine, Self.stops.contains(byte) { return position }
            }
            position += 1
        }
        return range.upperBound
    }

    private static let stops = Array(";&|()<>,}`".utf8)
}

extension TextRules {
    private func findTokens(_ bytes: [UInt8], _ range: Range<Int>, _ spans: inout [Range<Int>]) {
        var position = range.lowerBound
        while position < range.upperBound {
            if let end = tokens.lazy.compactMap({ $0.end(in: bytes, from: position, limit: range.upperBound) }).first {
                spans.append(position..<end)
                position = end
                continue
            }
            // Tokens begin where a word does.
            while position < range.upperBound, bytes[position].isNameByte { position += 1 }
            while position < range.upperBound, !bytes[position].isNameByte { position += 1 }
        }
    }

    /// `scheme://user:SECRET@host`.
    private func findUserInfo(_ bytes: [UInt8], _ range: Range<Int>, _ spans: inout [Range<Int>]) {
        var position = range.lowerBound
        while position + 3 < range.upperBound {
            guard bytes[position] == UInt8(ascii: ":"), bytes[position + 1] == UInt8(ascii: "/"),
                bytes[position + 2] == UInt8(ascii: "/")
            else {
                position += 1
                continue
            }
            position += 3
            let start = position
            var (colon, at): (Int?, Int?) = (nil, nil)
            while position < range.upperBound, !Self.authorityEnds.contains(bytes[position]), !bytes[position].isSpace {
                if bytes[position] == UInt8(ascii: ":"), colon == nil { colon = position }
                if bytes[position] == UInt8(ascii: "@") { at = position }
                position += 1
            }
            guard let at, at > start else { continue }
            // Without a colon it is a user's name, or a token that is as long as no such name.
            let secret = colon.map { $0 < at ? ($0 + 1)..<at : start..<at } ?? start..<at
            let isName = secret.lowerBound == start && secret.count < 20
            if !isName, !secret.isEmpty, bytes[secret.lowerBound] != UInt8(ascii: "$") { spans.append(secret) }
        }
    }

    private static let authorityEnds = Array("/?#'\"`<>".utf8)

    /// PEM blocks (RFC 7468) of private keys; one without an end goes to the end of the text.
    private func findPrivateKeys(_ bytes: [UInt8], _ range: Range<Int>, _ spans: inout [Range<Int>]) {
        let (begin, label, end) = (Array("-----BEGIN ".utf8), Array("PRIVATE KEY".utf8), Array("-----END ".utf8))
        var position = range.lowerBound
        while let found = bytes.position(of: begin, from: position, limit: range.upperBound) {
            position = found + begin.count
            let header = position..<min(position + 48, range.upperBound)
            guard let named = bytes.position(of: label, from: header.lowerBound, limit: header.upperBound) else {
                continue
            }
            var body = named + label.count
            while body < range.upperBound, bytes[body] == UInt8(ascii: "-") || bytes[body] == UInt8(ascii: " ") {
                body += 1
            }
            let close = bytes.position(of: end, from: body, limit: range.upperBound) ?? range.upperBound
            if close > body { spans.append(body..<close) }
            position = close
        }
    }
}

extension [UInt8] {
    /// Where `pattern` begins first; it is short, and its first byte is rare enough that this stays linear.
    fileprivate func position(of pattern: [UInt8], from start: Int, limit: Int) -> Int? {
        guard limit - start >= pattern.count else { return nil }
        return (start...(limit - pattern.count)).first {
            self[$0] == pattern[0] && self[$0..<($0 + pattern.count)].elementsEqual(pattern)
        }
    }
}
