/// One time zone: a TZif file of version 2 or later (RFC 9636).
struct ZoneFile: Sendable {
    /// When the offset changes, in seconds since the epoch, ascending.
    private let transitions: [Int64]
    /// The offset from each transition on, in seconds east of UTC.
    private let offsets: [Int]
    /// The offset before the first transition.
    private let first: Int
    /// What holds after the last one.
    private let rule: ZoneRule?

    /// No offset at any time.
    static let utc = ZoneFile(transitions: [], offsets: [], first: 0, rule: nil)

    private init(transitions: [Int64], offsets: [Int], first: Int, rule: ZoneRule?) {
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    /// Reads a file; `nil` if it is none, or of version 1, which has no rule for the future.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let old = reader.header(), old.version >= 2, reader.skip(old.size(ofTime: 4)),
            let header = reader.header()
        else { return nil }
        var transitions: [Int64] = []
        for _ in 0..<header.times {
            guard let time = reader.integer(8) else { return nil }
            transitions.append(time)
        }
        guard let indexes = reader.bytes(header.times), zip(transitions, transitions.dropFirst()).allSatisfy(<) else {
            return nil
        }
        var types: [Int] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), (-93_600...93_600).contains(offset), reader.skip(2) else {
                return nil
            }
            types.append(Int(offset))
        }
        guard let first = types.first, indexes.allSatisfy({ Int($0) < types.count }),
            reader.skip(header.rest(ofTime: 8)), let footer = reader.footer()
        else { return nil }
        let rule = ZoneRule(footer)
        guard rule != nil || footer.isEmpty else { return nil }
        self.init(transitions: transitions, offsets: indexes.map { types[Int($0)] }, first: first, rule: rule)
    }

    /// Seconds east of UTC at a moment.
    func offset(at seconds: Int64) -> Int {
        guard let last = transitions.last else { return rule?.offset(at: seconds) ?? first }
        if seconds >= last, let rule { return rule.offset(at: seconds) }
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : offsets[low - 1]
    }

    private struct Header {
        let version: Int
        let utcMarks: Int
        let standardMarks: Int
        let leaps: Int
        let times: Int
        let types: Int
        let characters: Int

        /// The bytes of all that follows the header.
        func size(ofTime width: Int) -> Int { times * (width + 1) + types * 6 + rest(ofTime: width) }
        /// The bytes of what follows the types.
        func rest(ofTime width: Int) -> Int { characters + leaps * (width + 4) + standardMarks + utcMarks }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, count <= bytes.count - position else { return nil }
            defer { position += count }
            return bytes[position..<position + count]
        }

        mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

        /// A signed number in network order.
        mutating func integer(_ width: Int) -> Int64? {
            guard let bytes = bytes(width) else { return nil }
            let bits = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            return width == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
        }

        mutating func header() -> Header? {
            guard let magic = bytes(4), magic.elementsEqual("TZif".utf8), let version = bytes(1)?.first, skip(15) else {
                return nil
            }
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = integer(4), (0...65_536).contains(count) else { return nil }
                counts.append(Int(count))
            }
            let number = (49...57).contains(version) ? Int(version) - 48 : 1
            return Header(
                version: number, utcMarks: counts[0], standardMarks: counts[1], leaps: counts[2], times: counts[3],
                types: counts[4], characters: counts[5])
        }

        /// The text between the two line ends with which the file closes.
        mutating func footer() -> String? {
            guard bytes(1)?.first == 10, bytes.last == 10, position < bytes.count else { return nil }
            return String(decoding: bytes[position..<bytes.count - 1], as: UTF8.self)
        }
    }
}
