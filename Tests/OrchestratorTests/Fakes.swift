import ExhaustCore
import ExhaustRuntime
import Logging
import Synchronization

@testable import Orchestrator

/// What happens around the loop, in order: `journal <state>`, `task <id>`, `ack <number>`.
final class Diary: Sendable {
    private let lines = Mutex<[String]>([])
    private let changed = Signal()

    func note(_ line: String) {
        lines.withLock { $0.append(line) }
        changed.notify()
    }

    var entries: [String] { lines.withLock { $0 } }

    /// Waits until `line` was noted `count` times; `false` after a minute.
    func wait(for line: String, count: Int = 1) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let seen = changed.count
            if entries.count(where: { $0 == line }) >= count { return true }
            await changed.wait(past: seen, timeout: .milliseconds(200))
        }
        return false
    }
}

/// An inlet that a test feeds.
final class FakeInlet: EventInlet {
    private let state = Mutex((waiting: [Delivery](), number: UInt64(0), isClosed: false))
    private let changed = Signal()
    private let diary: Diary

    init(_ diary: Diary) { self.diary = diary }

    /// Delivers `event` as the next message; gives its number.
    @discardableResult
    func deliver(_ event: Event, generation: UInt64 = 1) -> UInt64 {
        let number = state.withLock { state in
            state.number += 1
            let tag = DeliveryTag(generation: generation, number: state.number)
            state.waiting.append(Delivery(events: [event], tag: tag))
            return state.number
        }
        changed.notify()
        return number
    }

    func end() {
        state.withLock { $0.isClosed = true }
        changed.notify()
    }

    func next() async throws -> Delivery? {
        while true {
            let seen = changed.count
            let (delivery, isClosed) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosed)
            }
            if let delivery { return delivery }
            if isClosed || Task.isCancelled { return nil }
            await changed.wait(past: seen)
        }
    }

    func acknowledge(_ delivery: Delivery) async { diary.note("ack up to \(delivery.tag.number)") }
    func acknowledgeOne(_ delivery: Delivery) async { diary.note("ack \(delivery.tag.number)") }
    func close() async {}
}

/// An outlet that notes what it confirms; a test can hold confirmations back or refuse them.
final class FakeOutlet: EventOutlet {
    private let state = Mutex((isHeld: false, refusal: String?.none))
    private let changed = Signal()
    private let diary: Diary

    init(_ diary: Diary) { self.diary = diary }

    func hold(_ isHeld: Bool) {
        state.withLock { $0.isHeld = isHeld }
        changed.notify()
    }

    func refuse(_ reason: String) { state.withLock { $0.refusal = reason } }

    func enqueue(_ events: [Event]) async throws -> Receipt {
        Receipt { [self] in
            while true {
                let seen = changed.count
                let (isHeld, refusal) = state.withLock { ($0.isHeld, $0.refusal) }
                if let refusal { throw ExhaustError(.unavailable, refusal) }
                try Task.checkCancellation()
                if !isHeld { break }
                await changed.wait(past: seen)
            }
            for event in events {
                let state = event.data["state"]?.string
                diary.note(state.map { "journal \($0)" } ?? "\(event.type) \(event.id)")
            }
        }
    }

    func close() async {}
}

/// An adapter that notes its tasks and answers as it is told.
struct FakeAdapter: Adapter {
    static let name = "agent"
    static let needsHost = true
    static func check(action: String, parameters: ValueMap) throws(ValueCodingError) {}

    let answer: @Sendable (TaskRequest) async throws -> TaskResult?
    let diary: Diary

    init(_ tools: AdapterTools) throws { throw ExhaustError(.software, "made by tests alone") }

    init(_ diary: Diary, _ answer: @escaping @Sendable (TaskRequest) async throws -> TaskResult? = { _ in nil }) {
        self.diary = diary
        self.answer = answer
    }

    func perform(_ request: TaskRequest) async throws -> TaskResult? {
        diary.note("task \(request.id)")
        return try await answer(request)
    }
}
