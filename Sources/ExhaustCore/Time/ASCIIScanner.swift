/// Reads small fixed-form texts, such as dates, from left to right.
public struct ASCIIScanner<Bytes: Collection<UInt8>> {
    private var rest: Bytes.SubSequence

    /// A scanner at the start of `bytes`.
    public init(_ bytes: Bytes) { rest = bytes[...] }

    /// Whether everything was read.
    public var isAtEnd: Bool { rest.isEmpty }
    /// The bytes not read yet.
    public var remainder: Bytes.SubSequence { rest }

    /// Reads `character` if it is next.
    public mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let next = rest.first, UInt32(next) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Reads exactly `width` decimal digits.
    public mutating func number(width: Int) -> Int? {
        var number = 0
        var ahead = rest
        for _ in 0..<width {
            guard let digit = ahead.popFirst(), (48...57).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 48)
        }
        rest = ahead
        return number
    }

    /// Reads one or more digits after a decimal point, scaled to `digits` of them; further ones are dropped.
    public mutating func fraction(digits: Int) -> Int? {
        var number = 0
        var read = 0
        while let digit = rest.first, (48...57).contains(digit) {
            if read < digits { number = number * 10 + Int(digit - 48) }
            read += 1
            rest = rest.dropFirst()
        }
        guard read > 0 else { return nil }
        for _ in read..<max(read, digits) { number *= 10 }
        return number
    }

    /// Reads `Z` or `+hh:mm` and gives the seconds east of UTC.
    public mutating func zoneOffset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(width: 2), skip(":"), let minutes = number(width: 2),
            hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
