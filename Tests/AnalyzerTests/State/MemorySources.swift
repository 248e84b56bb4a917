import ExhaustCore
import ExhaustRuntime
import Synchronization

@testable import Analyzer

/// The streams of a broker, in memory and in virtual time.
final class MemorySources: StateSources {
    private struct State {
        var journal: [(time: Timestamp, event: Event)] = []
        var recorder: [(time: Timestamp, events: [Event])] = []
        var now = Timestamp(seconds: 0)
        var marks = 0
        /// How many recorded messages are read before the process dies.
        var readsToDeath: Int?
    }

    /// What ends a process in the middle of a replay.
    struct Death: Error {}

    private let state = Mutex(State())

    var now: Timestamp {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    var readsToDeath: Int? {
        get { state.withLock { $0.readsToDeath } }
        set { state.withLock { $0.readsToDeath = newValue } }
    }

    /// The facts in the journal, in order.
    var told: [Event] { state.withLock { $0.journal.map(\.event).filter { $0.type == .fact } } }

    func tell(_ event: Event) { state.withLock { $0.journal.append(($0.now, event)) } }
    func record(_ events: [Event]) { state.withLock { $0.recorder.append(($0.now, events)) } }

    func readJournal(from start: Timestamp?, _ visit: (Event) -> Void) async throws -> UInt64 {
        let entries = state.withLock { $0.journal }
        for entry in entries where start.map({ $0 <= entry.time }) ?? true { visit(entry.event) }
        return UInt64(entries.count)
    }

    func mark(_ data: ValueMap) async throws -> (id: String, receipt: Receipt) {
        state.withLock { state in
            state.marks += 1
            let id = "mark-\(state.marks)"
            state.journal.append(
                (
                    state.now,
                    Event(
                        type: .barrier, source: "//central/analyzer/0", id: id, time: state.now, host: .localhost,
                        data: data)
                ))
            return (id, .done)
        }
    }

    func recorder(from start: Timestamp, patience: Duration) throws -> any EventInlet {
        let messages = state.withLock { Array($0.recorder.enumerated()) }
        return MemoryInlet(
            messages.filter { $0.element.time >= start }.map {
                Delivery(events: $0.element.events, tag: DeliveryTag(generation: 0, number: UInt64($0.offset)))
            }, readsToDeath: readsToDeath)
    }
}

/// Deliveries that are there already.
private final class MemoryInlet: EventInlet {
    private let rest: Mutex<ArraySlice<Delivery>>

    private let readsToDeath: Mutex<Int?>

    init(_ deliveries: [Delivery], readsToDeath: Int?) {
        rest = Mutex(deliveries[...])
        self.readsToDeath = Mutex(readsToDeath)
    }

    func next() async throws -> Delivery? {
        let isDead = readsToDeath.withLock { reads in
            defer { reads = reads.map { $0 - 1 } }
            return reads == 0
        }
        if isDead { throw MemorySources.Death() }
        return rest.withLock { $0.popFirst() }
    }
    func acknowledge(_ delivery: Delivery) async {}
    func acknowledgeOne(_ delivery: Delivery) async {}
    func close() async {}
}
