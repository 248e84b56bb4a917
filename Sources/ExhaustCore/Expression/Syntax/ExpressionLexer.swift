/// Cuts an expression into tokens, one at a time, so that a template may end it anywhere.
struct ExpressionLexer {
    let bytes: [UInt8]
    /// Where the next token is looked for.
    var position: Int

    /// What a lexer or parser throws: a problem at an offset.
    struct Failure: Error {
        let problem: ExpressionProblem
        let offset: Int
    }

    init(_ text: String, from position: Int = 0) {
        bytes = Array(text.utf8)
        self.position = position
    }

    /// Reads the next token and where it begins.
    mutating func next() throws(Failure) -> (token: ExpressionToken, offset: Int) {
        skipBlanks()
        let start = position
        guard let byte = peek() else { return (.end, start) }
        if let prefix = stringPrefix() { return (try string(prefix), start) }
        if Self.isLetter(byte) { return (.identifier(word()), start) }
        if Self.isDigit(byte) || byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true {
            return (try number(), start)
        }
        if byte == UInt8(ascii: "`") { return (try quoted(), start) }
        return (try symbol(), start)
    }

    func peek(_ ahead: Int = 0) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }

    func failure(_ reason: String, at offset: Int? = nil) -> Failure {
        Failure(problem: .syntax(reason), offset: offset ?? position)
    }

    private mutating func skipBlanks() {
        while let byte = peek() {
            if byte == 32 || (9...13).contains(byte) {
                position += 1
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
            } else {
                return
            }
        }
    }

    private mutating func word() -> String {
        let start = position
        while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quoted() throws(Failure) -> ExpressionToken {
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "`") {
            guard Self.isLetter(byte) || Self.isDigit(byte) || ".-/ ".utf8.contains(byte) else {
                throw failure("a name in backquotes holds letters, digits, '_', '.', '-', '/' and blanks")
            }
            position += 1
        }
        guard peek() != nil, position > start + 1 else { throw failure("a name in backquotes has no end", at: start) }
        position += 1
        return .quoted(String(decoding: bytes[start + 1..<position - 1], as: UTF8.self))
    }

    private mutating func symbol() throws(Failure) -> ExpressionToken {
        for symbol in ExpressionToken.Symbol.allCases where bytes[position...].starts(with: symbol.rawValue.utf8) {
            position += symbol.rawValue.utf8.count
            return .symbol(symbol)
        }
        let character = String(decoding: bytes[position...].prefix(4), as: UTF8.self).unicodeScalars.first
        throw failure("unexpected character '\(character.map(String.init) ?? "")'")
    }

    private mutating func number() throws(Failure) -> ExpressionToken {
        let start = position
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x") || peek(1) == UInt8(ascii: "X") {
            position += 2
            return try integer(digits(where: Self.isHexDigit), radix: 16, start: start)
        }
        let whole = digits(where: Self.isDigit)
        let fraction = skipFraction()
        let exponent = try skipExponent(start: start)
        guard fraction || exponent else { return try integer(whole, radix: 10, start: start) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Double(text.hasPrefix(".") ? "0" + text : text) else {
            throw failure("malformed number", at: start)
        }
        try refuseLetter()
        return .double(number)
    }

    private mutating func integer(_ digits: String, radix: Int, start: Int) throws(Failure) -> ExpressionToken {
        let unsigned = peek() == UInt8(ascii: "u") || peek() == UInt8(ascii: "U")
        if unsigned { position += 1 }
        guard !digits.isEmpty else { throw failure("malformed number", at: start) }
        try refuseLetter()
        guard let number = UInt64(digits, radix: radix) else { throw failure("the number is too large", at: start) }
        return unsigned ? .uint(number) : .int(number)
    }

    /// Refuses a letter right behind a number, as in `10s`.
    private func refuseLetter() throws(Failure) {
        guard let byte = peek(), Self.isLetter(byte) else { return }
        throw failure("a letter right behind a number; a duration is written duration('10s')")
    }

    private mutating func digits(where isDigit: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(), isDigit(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipFraction() -> Bool {
        guard peek() == UInt8(ascii: "."), let digit = peek(1), Self.isDigit(digit) else { return false }
        position += 1
        _ = digits(where: Self.isDigit)
        return true
    }

    private mutating func skipExponent(start: Int) throws(Failure) -> Bool {
        guard peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") else { return false }
        position += 1
        if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
        guard !digits(where: Self.isDigit).isEmpty else { throw failure("malformed number", at: start) }
        return true
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || byte == UInt8(ascii: "_")
    }
    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }
}
