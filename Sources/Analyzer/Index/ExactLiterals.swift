/// Finds a whole text among many, whatever the case of ASCII letters: a table with open addressing.
struct ExactLiterals: Sendable {
    private var entries: [Entry] = []
    /// Places in `entries`, at that of the text's hash or behind; -1 where there is none. At most half are taken.
    private var slots: [Int32] = [-1, -1]
    private var longest = 0

    private struct Entry {
        let hash: UInt64
        let text: [UInt8]
        var rules: [Int32]
        /// The scan that last found it: once is enough.
        var foundIn: UInt64 = 0
    }

    /// Bytes that it takes.
    var size: Int {
        slots.count * 4 + entries.reduce(0) { $0 + MemoryLayout<Entry>.stride + $1.text.count + $1.rules.count * 4 }
    }

    /// Adds a folded text that `rule` asks for.
    mutating func add(_ text: [UInt8], _ rule: Int32) {
        let hash = text.withUnsafeBufferPointer(Self.hash)
        if let entry = text.withUnsafeBufferPointer({ find($0, hash) }) { return entries[entry].rules.append(rule) }
        entries.append(Entry(hash: hash, text: text, rules: [rule]))
        longest = max(longest, text.count)
        if entries.count * 2 > slots.count {
            slots = [Int32](repeating: -1, count: slots.count * 2)
            for entry in entries.indices { place(entry) }
        } else {
            place(entries.count - 1)
        }
    }

    /// Marks the rules that ask for `text`, once in a `scan`.
    mutating func search(_ text: UnsafeBufferPointer<UInt8>, scan: UInt64, _ found: inout RuleBits) {
        guard text.count <= longest, let entry = find(text, Self.hash(text)), entries[entry].foundIn != scan else {
            return
        }
        entries[entry].foundIn = scan
        found.insert(entries[entry].rules[...])
    }

    private mutating func place(_ entry: Int) {
        var slot = entries[entry].hash & UInt64(slots.count - 1)
        while slots[Int(slot)] >= 0 { slot = (slot + 1) & UInt64(slots.count - 1) }
        slots[Int(slot)] = Int32(entry)
    }

    private func find(_ text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int? {
        var slot = hash & UInt64(slots.count - 1)
        while slots[Int(slot)] >= 0 {
            let entry = Int(slots[Int(slot)])
            if entries[entry].hash == hash, Self.isSame(text, entries[entry].text) { return entry }
            slot = (slot + 1) & UInt64(slots.count - 1)
        }
        return nil
    }

    private static func isSame(_ text: UnsafeBufferPointer<UInt8>, _ folded: [UInt8]) -> Bool {
        guard text.count == folded.count else { return false }
        for index in text.indices where text[index].folded != folded[index] { return false }
        return true
    }

    /// FNV-1a. Only rules put texts in, so nobody outside can make them collide.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte.folded)) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }
}

extension UInt8 {
    /// The small letter of a capital one in ASCII; any other byte itself.
    var folded: UInt8 { self &- 65 < 26 ? self | 32 : self }
}
