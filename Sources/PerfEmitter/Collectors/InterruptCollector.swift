package import ExhaustCore

/// Interrupts and soft interrupts by source, all CPUs together (/proc/interrupts, /proc/softirqs).
package struct InterruptCollector: Collector {
    package let name = "interrupt"
    package let counters: Set<String> = ["exhaust.interrupts", "exhaust.softirqs"]
    private let hard: ByteFile
    private let soft: ByteFile

    package init(_ roots: Roots) {
        hard = ByteFile("\(roots.proc)/interrupts")
        soft = ByteFile("\(roots.proc)/softirqs")
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        if let text = try hard.readIfPresent() { data["exhaust.interrupts"] = .map(Self.sums(text, limit: 500)) }
        if let text = try soft.readIfPresent() { data["exhaust.softirqs"] = .map(Self.sums(text, limit: 50)) }
    }

    /// Sums the columns of CPUs in each line, whose name ends with a colon. `ERR` and `MIS` have one number for all. A
    /// machine of many cards has thousands of lines: beyond `limit` ones that never counted go first.
    static func sums(_ text: ByteScanner, limit: Int) -> ValueMap {
        var text = text
        guard var header = text.line() else { return ValueMap() }
        var cpus = 0
        while header.word() != nil { cpus += 1 }
        var sums: [(String, Value)] = []
        while var line = text.line() {
            guard let word = line.word(), word.last == UInt8(ascii: ":") else { continue }
            var (sum, columns): (UInt64, Int) = (0, 0)
            while columns < cpus, let number = line.number() {
                sum = sum.addingClamped(number)
                columns += 1
            }
            if columns > 0 { sums.append((String(decoding: word.dropLast(), as: UTF8.self), sum.value)) }
        }
        if sums.count > limit { sums.removeAll { $0.1 == 0 } }
        return ValueMap(sums.prefix(limit))
    }
}
