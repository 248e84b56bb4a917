import CLinux

/// Finds the place of a flow by the hash of its key: a table with open addressing that is at most half full, apart from
/// the flows, so that a look-up reads one line of memory or two.
struct FlowIndex {
    private struct Entry {
        var hash: UInt32
        /// -1 where nothing is.
        var slot: Int32
    }

    private var entries: [Entry]
    private let mask: Int

    /// An index for at most `count` flows.
    init(count: Int) {
        var size = 16
        while size < count * 2 { size *= 2 }
        entries = Array(repeating: Entry(hash: 0, slot: -1), count: size)
        mask = size - 1
    }

    /// The place with this hash that `isWanted`.
    @inline(__always)
    func find(_ hash: UInt32, where isWanted: (Int) -> Bool) -> Int? {
        var position = Int(hash) & mask
        while entries[position].slot >= 0 {
            let entry = entries[position]
            if entry.hash == hash, isWanted(Int(entry.slot)) { return Int(entry.slot) }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Has the memory fetched that `find` will read first.
    @inline(__always)
    func prefetch(_ hash: UInt32) {
        entries.withUnsafeBufferPointer { exhaust_prefetch($0.baseAddress.map { $0 + (Int(hash) & mask) }) }
    }

    /// The slot that most likely has this hash, whatever its flow is.
    @inline(__always)
    func guess(_ hash: UInt32) -> Int? {
        let entry = entries[Int(hash) & mask]
        return entry.slot >= 0 && entry.hash == hash ? Int(entry.slot) : nil
    }

    mutating func insert(_ hash: UInt32, slot: Int) {
        var position = Int(hash) & mask
        while entries[position].slot >= 0 { position = (position + 1) & mask }
        entries[position] = Entry(hash: hash, slot: Int32(slot))
    }

    mutating func remove(_ hash: UInt32, slot: Int) {
        var position = Int(hash) & mask
        while entries[position].slot >= 0, entries[position].slot != slot { position = (position + 1) & mask }
        guard entries[position].slot >= 0 else { return }
        // What follows moves up, unless it would stand before its own place.
        var next = (position + 1) & mask
        while entries[next].slot >= 0 {
            let home = Int(entries[next].hash) & mask
            if (next - home) & mask >= (next - position) & mask {
                entries[position] = entries[next]
                position = next
            }
            next = (next + 1) & mask
        }
        entries[position] = Entry(hash: 0, slot: -1)
    }
}
