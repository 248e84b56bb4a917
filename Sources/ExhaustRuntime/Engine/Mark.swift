package import ExhaustCore

/// What an instance tells in the journal about its partitions each time it takes a snapshot: up to when everything
/// that reached their queues was handled by then.
package enum Mark {
    /// The data of a mark.
    package static func data(_ handled: [Int: Timestamp]) -> ValueMap {
        let entries = handled.sorted { $0.key < $1.key }.map { ("\($0.key)", Value.string($0.value.description)) }
        return ["handled": .map(ValueMap(entries))]
    }

    /// The partitions that a barrier speaks of; none for one that is no mark.
    package static func partitions(in event: Event) -> [Int: Timestamp] {
        let entries = event.data["handled"]?.map?.entries ?? []
        return entries.reduce(into: [:]) { handled, entry in
            guard let partition = Int(entry.key), let text = entry.value.string else { return }
            handled[partition] = Timestamp(rfc3339: text)
        }
    }
}
