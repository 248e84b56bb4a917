import ExhaustCore
import Synchronization

/// Keeps what was sent.
final class MemoryOutlet: EventOutlet {
    private let events = Mutex<[Event]>([])
    private let isDown: Bool

    /// An outlet; one that is `down` refuses everything, as a broker does that will never take it.
    init(down: Bool = false) { isDown = down }

    func enqueue(_ events: [Event]) async throws -> Receipt {
        if isDown { throw ExhaustError(.unavailable, "no broker") }
        self.events.withLock { $0 += events }
        return .done
    }

    func close() async {}

    /// Everything that was sent.
    var sent: [Event] { events.withLock { $0 } }

    /// The results that were sent.
    func results() throws -> [TaskResult] {
        try sent.map { try ValueDecoder(strict: true).decode(TaskResult.self, from: .map($0.data)) }
    }
}
