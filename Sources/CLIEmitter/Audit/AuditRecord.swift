package import ExhaustCore

/// One line of the kernel's audit: a part of an event, which all lines with the same number make together.
package struct AuditRecord: Sendable, Hashable {
    /// Such as `EXECVE`; others than those of an exec are `nil`.
    package enum Kind: String, Sendable {
        case syscall = "SYSCALL"
        case execve = "EXECVE"
        case cwd = "CWD"
        case path = "PATH"
        case title = "PROCTITLE"
        case end = "EOE"

        /// The kind of linux/audit.h's number.
        package init?(number: UInt16) {
            switch number {
            case 1300: self = .syscall
            case 1302: self = .path
            case 1307: self = .cwd
            case 1309: self = .execve
            case 1320: self = .end
            case 1327: self = .title
            default: return nil
            }
        }
    }

    package var kind: Kind?
    package var time: Timestamp
    package var number: UInt64
    /// The fields as they are written.
    package var fields: [String: String]

    /// Reads a line of audit.log, `type=EXECVE msg=audit(1790000000.250:9): …`; `nil` if it is none. auditd may put a
    /// node's name before it, and its own readings of the numbers after a byte 0x1d.
    package init?(line: some StringProtocol) {
        guard let start = line.firstRange(of: "type="), let place = line.firstRange(of: "msg=") else { return nil }
        let name = line[start.upperBound...].prefix { !$0.isWhitespace }
        self.init(kind: Kind(rawValue: String(name)), text: line[place.upperBound...])
    }

    /// Reads what the kernel sends over netlink, `audit(1170021493.977:293): …`.
    package init?(kind: Kind?, text: some StringProtocol) {
        guard text.hasPrefix("audit("), let close = text.firstIndex(of: ")") else { return nil }
        let stamp = text[text.index(text.startIndex, offsetBy: 6)..<close].split(separator: ":")
        let clock = stamp.first?.split(separator: ".") ?? []
        guard stamp.count == 2, clock.count == 2, clock[1].utf8.count == 3, let number = UInt64(stamp[1]),
            let seconds = Int64(clock[0]), let milliseconds = Int64(clock[1])
        else { return nil }
        self.kind = kind
        self.number = number
        time = Timestamp(seconds: seconds, nanoseconds: milliseconds * 1_000_000)
        fields = Self.fields(text[close...].prefix { $0 != "\u{1d}" })
    }

    private static func fields(_ text: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for word in text.split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            // The first of a name counts: what comes after may be another program's word.
            let key = String(word[..<equals])
            if fields[key] == nil { fields[key] = String(word[word.index(after: equals)...]) }
        }
        return fields
    }

    /// A field's text: in quotes, or in hexadecimal if it holds blanks, quotes or other than ASCII. A text in quotes
    /// has no blanks therefore.
    package func text(_ key: String) -> String? {
        guard let raw = fields[key], raw != "(null)", raw != "(none)" else { return nil }
        if raw.hasPrefix("\"") { return String(raw.dropFirst().prefix { $0 != "\"" }) }
        return Self.bytes(hexadecimal: raw).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A field's number; -1 as the kernel writes it for none is `nil`.
    package func number(_ key: String) -> UInt32? {
        guard let number = fields[key].flatMap({ UInt32($0) }), number != .max else { return nil }
        return number
    }

    /// The bytes that hexadecimal digits stand for; `nil` if they are none.
    package static func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
