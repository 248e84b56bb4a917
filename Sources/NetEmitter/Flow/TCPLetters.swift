/// Which letters of the history one end of a TCP connection has: most come once, those of SYN, FIN and RST again with
/// another sequence number, and those of what went wrong the 1st, 10th, 100th… time.
struct TCPLetters: Sendable {
    private static let data: UInt8 = 1
    private static let pureACK: UInt8 = 2
    private static let syn: UInt8 = 4
    private static let fin: UInt8 = 8
    private static let rst: UInt8 = 16
    private static let contradiction: UInt8 = 32
    private static let mixture: UInt8 = 64

    private var marks: UInt8 = 0
    private var lastSYN: UInt32 = 0
    private var lastFIN: UInt32 = 0
    private var lastRST: UInt32 = 0
    private var repeats: UInt32 = 0
    private var closedWindows: UInt32 = 0
    private var gaps: UInt32 = 0

    /// The letter that the packet's control bits add, if any.
    @inline(__always)
    mutating func next(_ segment: TCPSegment) -> Unicode.Scalar? {
        switch segment.control {
        case 0:
            if segment.payload > 0 { return isNew(Self.data) ? "D" : nil }
            return segment.has(TCPSegment.ack) && isNew(Self.pureACK) ? "A" : nil
        case TCPSegment.syn:
            let differs = Self.replace(&lastSYN, segment.sequence)
            return isNew(Self.syn) || differs ? segment.has(TCPSegment.ack) ? "H" : "S" : nil
        case TCPSegment.fin:
            let differs = Self.replace(&lastFIN, segment.end)
            return isNew(Self.fin) || differs ? "F" : nil
        case TCPSegment.rst:
            let differs = Self.replace(&lastRST, segment.sequence)
            return isNew(Self.rst) || differs ? "R" : nil
        case TCPSegment.fin | TCPSegment.rst, TCPSegment.fin | TCPSegment.rst | TCPSegment.syn:
            return isNew(Self.contradiction) ? "I" : nil
        default: return isNew(Self.mixture) ? "Q" : nil
        }
    }

    /// Each of these counts, and gives whether that adds a letter.
    mutating func noteRepeat() -> Bool { Self.isPowerOfTen(&repeats) }
    mutating func noteClosedWindow() -> Bool { Self.isPowerOfTen(&closedWindows) }
    mutating func noteGap() -> Bool { Self.isPowerOfTen(&gaps) }

    private static func isPowerOfTen(_ count: inout UInt32) -> Bool {
        count = count == .max ? count : count + 1
        switch count {
        case 1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000: return true
        default: return false
        }
    }

    @inline(__always)
    private mutating func isNew(_ mark: UInt8) -> Bool {
        defer { marks |= mark }
        return marks & mark == 0
    }

    private static func replace(_ last: inout UInt32, _ number: UInt32) -> Bool {
        defer { last = number }
        return number != last
    }
}
