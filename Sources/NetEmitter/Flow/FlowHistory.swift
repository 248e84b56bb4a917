/// What happened on a flow, a letter each in the order in which it happened, as Zeek has it: capitals for the source.
///
/// S SYN, H SYN with ACK, A pure ACK, D data, F FIN, R RST, T repeated data, G data missed by the capture, W closed
/// window, I FIN with RST, Q SYN with FIN or RST, ^ the ends were swapped, x letters after it were left out.
struct FlowHistory: Sendable {
    static let capacity = 24

    private var letters = InlineArray<24, UInt8>(repeating: 0)
    private var count: UInt8 = 0

    @inline(__always)
    mutating func append(_ letter: Unicode.Scalar, fromSource: Bool = true) {
        let small: UInt8 = fromSource || letter == "^" ? 0 : 0x20
        if count == Self.capacity {
            letters[Self.capacity - 1] = UInt8(ascii: "x")
        } else {
            letters[Int(count)] = UInt8(ascii: letter) | small
            count += 1
        }
    }

    /// Forgets what was, for `text`.
    mutating func replace(_ text: StaticString) {
        count = 0
        text.withUTF8Buffer { for letter in $0 { letters[Int(count)] = letter; count += 1 } }
    }

    /// Whether all that happened is a SYN with ACK of the source.
    @inline(__always)
    var isLoneAnswer: Bool { count == 1 && letters[0] == UInt8(ascii: "H") }

    /// Whether the source sent a SYN, and then an RST before anything else.
    var isWithdrawnAttempt: Bool {
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "^") { rest.removeFirst() }
        guard rest.popFirst() == UInt8(ascii: "S") else { return false }
        return rest.first { "HAFGIQR".utf8.contains($0) } == UInt8(ascii: "R")
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private var bytes: [UInt8] { (0..<Int(count)).map { letters[$0] } }
}
