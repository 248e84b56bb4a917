/// Splits shell text into simple commands and words, well enough to know which word is a program and which its flags.
/// It neither expands nor fails: what is open at the end is closed there.
struct ShellLexer {
    /// A word as it stands in the text, and what it says without its quotes.
    struct Word {
        var range: Range<Int>
        var value: [UInt8] = []
        /// The insides of its quotes that hold more than one word: perhaps commands for another shell.
        var nested: [Range<Int>] = []
    }

    private let bytes: [UInt8]
    private let end: Int
    private var position: Int

    /// A lexer of `range` of `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The simple commands, in order.
    mutating func commands() -> [[Word]] {
        var commands: [[Word]] = []
        var command: [Word] = []
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "<"), UInt8(ascii: ">"): position += 1
            case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "\n"), UInt8(ascii: "`"):
                position += 1
                if !command.isEmpty { commands.append(command) }
                command = []
            default: command.append(word())
            }
        }
        if !command.isEmpty { commands.append(command) }
        return commands
    }

    /// `bytes` without quotes and escapes.
    static func unquoted(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        var lexer = ShellLexer(bytes, 0..<bytes.count)
        var value: [UInt8] = []
        while lexer.position < lexer.end {
            value += lexer.word().value
            if lexer.position < lexer.end {
                value.append(bytes[lexer.position])
                lexer.position += 1
            }
        }
        return value
    }

    private mutating func word() -> Word {
        var word = Word(range: position..<position)
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "|"),
                UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"),
                UInt8(ascii: "`"):
                word.range = word.range.lowerBound..<position
                return word
            case UInt8(ascii: "\\"):
                // An escaped line end is nothing.
                if position + 1 < end, bytes[position + 1] != UInt8(ascii: "\n") {
                    word.value.append(bytes[position + 1])
                }
                position = min(position + 2, end)
            case UInt8(ascii: "'"), UInt8(ascii: "\""): quote(byte, into: &word)
            case UInt8(ascii: "$") where position + 1 < end && bytes[position + 1] == UInt8(ascii: "'"): position += 1
            default:
                word.value.append(byte)
                position += 1
            }
        }
        word.range = word.range.lowerBound..<end
        return word
    }

    private mutating func quote(_ mark: UInt8, into word: inout Word) {
        position += 1
        let start = position
        var hasSpace = false
        while position < end, bytes[position] != mark {
            if mark == UInt8(ascii: "\""), bytes[position] == UInt8(ascii: "\\"), position + 1 < end { position += 1 }
            hasSpace = hasSpace || bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\n")
            word.value.append(bytes[position])
            position += 1
        }
        if hasSpace { word.nested.append(start..<position) }
        position = min(position + 1, end)
    }
}
