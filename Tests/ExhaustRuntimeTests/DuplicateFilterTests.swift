import ExhaustCore
import ExhaustRuntime
import Testing

@Suite("The duplicate filter")
struct DuplicateFilterTests {
    private func event(_ id: String, source: String = "s") -> Event {
        Event(type: .perf, source: source, id: id, time: Timestamp(seconds: 0), host: .localhost)
    }

    @Test("passes each event once, whatever was redelivered in between")
    func numbers() {
        var filter = DuplicateFilter()
        var generator = SeededGenerator(seed: 5)
        var seen: Set<Int> = []
        var next = 1
        for _ in 0..<10_000 {
            // Batches may come out of order, and a redelivery may start far back.
            let number = max(1, next + Int.random(in: -600...30, using: &generator))
            next = max(next, number + 1)
            let isNew = filter.isNew(event(String(number)))
            #expect(isNew == seen.insert(number).inserted)
        }
        let isNew = filter.isNew(event("1", source: "other"))
        #expect(isNew)
    }

    @Test("remembers ULIDs up to its capacity")
    func ulids() {
        var filter = DuplicateFilter(capacity: 100)
        let first = (0..<1000).map { filter.isNew(event("U\($0)")) }
        let again = (900..<1000).map { filter.isNew(event("U\($0)")) }
        #expect(first.allSatisfy { $0 } && !again.contains(true))
    }
}
