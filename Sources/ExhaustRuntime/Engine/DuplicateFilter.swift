package import ExhaustCore

/// Recognises events that were delivered before, by source and id.
///
/// Telemetry counts its ids within a source, so a mark and a window behind it are enough for each; other ids are
/// remembered up to a number, oldest forgotten first.
package struct DuplicateFilter: Sendable {
    private struct Window {
        var highest: UInt64
        /// Bit n stands for `highest - n`.
        var seen: UInt64
    }

    private var windows: [String: Window] = [:]
    private var recent: Set<EventIdentity> = []
    private var order: [EventIdentity] = []
    private let capacity: Int

    /// A filter that remembers `capacity` ULIDs, and as many sources.
    package init(capacity: Int = 65_536) { self.capacity = capacity }

    /// Whether `event` is new; it counts as seen from now on.
    package mutating func isNew(_ event: Event) -> Bool {
        if let number = UInt64(event.id) { return isNew(number, source: event.source) }
        guard recent.insert(event.identity).inserted else { return false }
        order.append(event.identity)
        if order.count >= 2 * capacity {
            for old in order.prefix(capacity) { recent.remove(old) }
            order.removeFirst(capacity)
        }
        return true
    }

    private mutating func isNew(_ number: UInt64, source: String) -> Bool {
        guard var window = windows[source] else {
            if windows.count >= capacity { windows.removeAll() }
            windows[source] = Window(highest: number, seen: 1)
            return true
        }
        defer { windows[source] = window }
        if number > window.highest {
            let step = number - window.highest
            window.seen = step >= 64 ? 1 : window.seen << step | 1
            window.highest = number
            return true
        }
        let distance = window.highest - number
        // What lies further back than the window was delivered in order, so it was seen.
        guard distance < 64, window.seen & (1 << distance) == 0 else { return false }
        window.seen |= 1 << distance
        return true
    }
}
