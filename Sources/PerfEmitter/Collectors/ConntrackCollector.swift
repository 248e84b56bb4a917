package import ExhaustCore

/// Connection tracking: the table's fill and what it dropped (nf_conntrack).
package struct ConntrackCollector: Collector {
    package let name = "conntrack"
    package let counters: Set<String> = ["exhaust.conntrack.counters"]
    private let count: ByteFile
    private let limit: ByteFile
    private let statistics: ByteFile

    package init(_ roots: Roots) {
        count = ByteFile("\(roots.proc)/sys/net/netfilter/nf_conntrack_count")
        limit = ByteFile("\(roots.proc)/sys/net/netfilter/nf_conntrack_max")
        statistics = ByteFile("\(roots.net)/stat/nf_conntrack")
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var (used, most) = (try count.readIfPresent(), try limit.readIfPresent())
        if let used = used?.number(), let most = most?.number() {
            data["exhaust.conntrack.usage"] = used.value
            data["exhaust.conntrack.limit"] = most.value
            if most > 0 { data["exhaust.conntrack.utilization"] = .double(Double(used) / Double(most)) }
        }
        // Only root may read it.
        guard let text = try? statistics.readIfPresent() else { return }
        let sums = Self.sums(text)
        if !sums.isEmpty { data["exhaust.conntrack.counters"] = .map(sums) }
    }

    /// Sums a line a CPU of hexadecimal numbers below a line of names. `entries` is that of the table on every line.
    static func sums(_ text: ByteScanner) -> ValueMap {
        var text = text
        guard var header = text.line() else { return ValueMap() }
        var names: [String] = []
        while let name = header.string() { names.append(name) }
        var sums = [UInt64](repeating: 0, count: names.count)
        while var line = text.line() {
            var index = 0
            while index < sums.count, let number = line.hexadecimal() {
                sums[index] = sums[index].addingClamped(number)
                index += 1
            }
        }
        return ValueMap(zip(names, sums).filter { $0.0 != "entries" }.map { ($0, $1.value) })
    }
}
