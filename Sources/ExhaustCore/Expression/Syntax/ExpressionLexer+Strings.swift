/// String and bytes literals: quotes of one or three, escapes, raw and bytes prefixes.
extension ExpressionLexer {
    /// What stands before a literal's quotes.
    struct StringPrefix {
        var length = 0
        var isRaw = false
        var isBytes = false
    }

    /// The prefix of the string literal that begins here; `nil` if none does.
    func stringPrefix() -> StringPrefix? {
        var prefix = StringPrefix()
        if let byte = peek(), byte == UInt8(ascii: "b") || byte == UInt8(ascii: "B") {
            prefix.isBytes = true
            prefix.length += 1
        }
        if let byte = peek(prefix.length), byte == UInt8(ascii: "r") || byte == UInt8(ascii: "R") {
            prefix.isRaw = true
            prefix.length += 1
        }
        guard let quote = peek(prefix.length), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            return nil
        }
        return prefix
    }

    /// Reads the literal whose prefix was seen.
    mutating func string(_ prefix: StringPrefix) throws(Failure) -> ExpressionToken {
        let start = position
        position += prefix.length
        let quote = bytes[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard let byte = peek() else { throw failure("the string has no end", at: start) }
            if byte == quote, !isTriple || peek(1) == quote && peek(2) == quote { break }
            if !isTriple, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                throw failure("a line end in a string; only triple quotes may hold one", at: start)
            }
            if byte == UInt8(ascii: "\\"), !prefix.isRaw {
                try escape(into: &content, asByte: prefix.isBytes)
            } else {
                content.append(byte)
                position += 1
            }
        }
        position += isTriple ? 3 : 1
        return prefix.isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
    }

    private mutating func escape(into content: inout [UInt8], asByte: Bool) throws(Failure) {
        let start = position
        guard let letter = peek(1) else { throw failure("the string has no end") }
        position += 2
        if let plain = Self.escapes[letter] { return content.append(plain) }
        let code: UInt32? =
            switch letter {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): code(digits: 2, radix: 16)
            case UInt8(ascii: "u") where !asByte: code(digits: 4, radix: 16)
            case UInt8(ascii: "U") where !asByte: code(digits: 8, radix: 16)
            case UInt8(ascii: "0")...UInt8(ascii: "3"): octal()
            default: nil
            }
        guard let code else { throw failure("an escape that expressions do not have", at: start) }
        if asByte { return content.append(UInt8(truncatingIfNeeded: code)) }
        guard let scalar = Unicode.Scalar(code) else { throw failure("an escape that is no code point", at: start) }
        content.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private mutating func octal() -> UInt32? {
        position -= 1
        return code(digits: 3, radix: 8)
    }

    private mutating func code(digits count: Int, radix: Int) -> UInt32? {
        guard position + count <= bytes.count else { return nil }
        let digits = bytes[position..<position + count]
        guard digits.allSatisfy(Self.isHexDigit) else { return nil }
        position += count
        return UInt32(String(decoding: digits, as: UTF8.self), radix: radix)
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
        UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13, UInt8(ascii: "\""): 34,
        UInt8(ascii: "'"): 39, UInt8(ascii: "?"): 63, UInt8(ascii: "\\"): 92, UInt8(ascii: "`"): 96,
    ]
}
