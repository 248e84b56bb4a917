import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Synchronization

/// Takes what a queue or stream holds and what comes, in the background, and keeps a tally of it.
final class StreamWatch<Count: Sendable>: Sendable {
    private struct State {
        var count: Count
        var lastArrival = ContinuousClock.now
    }

    private let state: Mutex<State>
    private let consumer: Consumer
    private let add: @Sendable (Event, inout Count) -> Void

    /// Starts reading; `add` takes an event into the tally.
    init(
        _ broker: PrivateBroker, _ source: ConsumerSource, as login: Login = Login(.observer), _ count: Count,
        add: @escaping @Sendable (Event, inout Count) -> Void
    ) throws {
        state = Mutex(State(count: count))
        consumer = try Consumer(configuration: broker.configuration(for: login), source: source, logger: quiet)
        self.add = add
        // Ends with the consumer.
        Task { try await read() }
    }

    private func read() async throws {
        while let delivery = try await consumer.next() {
            state.withLock { state in
                for event in delivery.events { add(event, &state.count) }
                // A reader's own marks, such as an analyzer's before each snapshot, never end and tell nothing.
                if delivery.events.contains(where: { $0.type != .barrier }) { state.lastArrival = .now }
            }
            await consumer.acknowledge(delivery)
        }
    }

    /// The tally so far.
    var count: Count { state.withLock { $0.count } }

    /// Whether nothing but marks came for so long.
    func isQuiet(for span: Duration) -> Bool { state.withLock { ContinuousClock.now - $0.lastArrival > span } }

    func close() async { await consumer.close() }
}
