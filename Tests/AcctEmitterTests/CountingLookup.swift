import ExhaustRuntime
import Synchronization

@testable import AcctEmitter

/// A lookup that counts how often it is asked, and the count.
func countingLookup() -> (count: () -> Int, lookup: NameCache.Lookup) {
    let counter = Counter()
    return (
        { counter.value.load(ordering: .relaxed) },
        { id in
            counter.value.add(1, ordering: .relaxed)
            return "user-\(id)"
        }
    )
}

private final class Counter: Sendable {
    let value = Atomic<Int>(0)
}
