/// Counts the events that the kernel sent and that did not arrive, by the sequence that each CPU has.
package struct SequenceWatch: Sendable {
    private var next: [UInt32: UInt32] = [:]

    package init() {}

    /// Notes an event's place; gives how many are missing before it.
    package mutating func note(cpu: UInt32, sequence: UInt32) -> Int {
        defer { next[cpu] = sequence &+ 1 }
        guard let expected = next[cpu] else { return 0 }
        let missing = sequence &- expected
        // Far ahead means a step back: a CPU that went away and came again counts anew.
        return missing < 1 << 31 ? Int(missing) : 0
    }
}
