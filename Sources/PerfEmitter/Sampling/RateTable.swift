package import ExhaustCore

/// Turns counters into rates: what a collector measured is compared with what it measured before.
///
/// A rate stands beside its counter, under the same key with `.rate` at its end, per second that the machine was awake.
/// A counter that went down began anew, or wavers, as some of the kernel's do: it has no rate then.
package struct RateTable: Sendable {
    /// What of counters a sample has.
    package enum Selection: String, Sendable, CaseIterable {
        /// Counters and rates.
        case both
        /// Counters only.
        case raw
        /// Rates only; in a first sample there are none.
        case rates
    }

    private let counters: Set<String>
    private let selection: Selection
    private var earlier: ValueMap?

    /// Rates of what is under `counters`.
    package init(counters: Set<String>, selection: Selection) {
        self.counters = counters
        self.selection = selection
    }

    /// Adds rates to `data`, or puts them in place of counters; `elapsed` is the time since the call before.
    package mutating func apply(to data: inout ValueMap, elapsed: Duration?) {
        guard !counters.isEmpty, selection != .raw else { return }
        let before = earlier
        earlier = data
        let seconds = elapsed?.inSeconds ?? 0
        data = converted(data, before: seconds > 0 ? before : nil, seconds: seconds)
    }

    private func converted(_ now: ValueMap, before: ValueMap?, seconds: Double) -> ValueMap {
        var result: [(String, Value)] = []
        result.reserveCapacity(now.count * 2)
        for (key, value) in now.entries {
            if counters.contains(key) {
                if selection == .both { result.append((key, value)) }
                if let then = before?[key], let rate = rate(value, then, seconds) {
                    result.append((key + ".rate", rate))
                }
            } else if case .list(let elements) = value {
                result.append((key, .list(converted(elements, before: before?[key]?.list ?? [], seconds: seconds))))
            } else {
                result.append((key, value))
            }
        }
        return ValueMap(result)
    }

    /// Elements of a list are the same thing if their first entry is: a device, an interface, a number of a CPU.
    private func converted(_ elements: [Value], before: [Value], seconds: Double) -> [Value] {
        elements.enumerated().map { index, element in
            guard case .map(let now) = element, let identity = now.entries.first else { return element }
            func isSame(_ other: Value) -> Bool { other.map?.entries.first.map { $0 == identity } ?? false }
            let isInPlace = before.indices.contains(index) && isSame(before[index])
            let then = isInPlace ? before[index] : before.first(where: isSame)
            return .map(converted(now, before: then?.map, seconds: seconds))
        }
    }

    private func rate(_ now: Value, _ then: Value, _ seconds: Double) -> Value? {
        if case .map(let entries) = now {
            let rates = entries.entries.compactMap { key, value in
                then[key].flatMap { rate(value, $0, seconds) }.map { (key, $0) }
            }
            return rates.isEmpty ? nil : .map(ValueMap(rates))
        }
        // As integers first: above 2^53 a double would lose the difference.
        if let now = now.int, let then = then.int {
            return now >= then ? .double((Double(now - max(then, 0)) / seconds).short) : nil
        }
        guard let now = now.number, let then = then.number, now >= then else { return nil }
        return .double(((now - then) / seconds).short)
    }
}

extension Double {
    /// Rounded to a thousandth, or a number below 1 to a millionth: more digits of a rate or a share say nothing, and
    /// are a tenth of a sample.
    var short: Double {
        let scale = magnitude < 1 ? 1e6 : 1e3
        return (self * scale).rounded() / scale
    }
}
