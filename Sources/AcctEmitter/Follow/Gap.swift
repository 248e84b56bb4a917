import ExhaustCore

/// A loss that was noticed, as `exhaust.gap` tells it.
struct Gap: Sendable, Hashable {
    var kind: String
    var count: Int
    var since: Timestamp
    var reason: String

    var data: ValueMap {
        [
            "kind": .string(kind), "count": .int(Int64(count)), "reason": .string(reason),
            "since": .string(since.description),
        ]
    }
}
