package import ExhaustCore
import Logging

/// Runs an engine between an inlet and an outlet: one event after the other, an acknowledgement only after what
/// followed from a delivery is confirmed.
package struct EngineLoop<Engine: EventEngine>: Sendable {
    private let inlet: any EventInlet
    private let context: RoleContext
    private let inbox: Inbox<Engine>

    /// A loop on `inlet`. Commands put into `inbox` run between events.
    package init(inlet: any EventInlet, context: RoleContext, inbox: Inbox<Engine> = Inbox()) {
        self.inlet = inlet
        self.context = context
        self.inbox = inbox
    }

    /// Runs until the input ends or the task is cancelled.
    package func run(_ engine: Engine) async throws {
        if context.isPipe { return try await replay(engine) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while let delivery = try await inlet.next() { inbox.put(.delivery(delivery)) }
                inbox.put(.end)
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(50))
                    inbox.put(.tick)
                }
            }
            group.addTask { try await work(engine) }
            // The worker ends with the input, or all three end with a cancellation or an error.
            try await group.next()
            if Task.isCancelled { group.cancelAll() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func work(_ start: Engine) async throws {
        var engine = start
        var filter = DuplicateFilter()
        while true {
            let items = await inbox.next()
            if items.isEmpty { return }
            var output: [Event] = []
            var done: [Delivery] = []
            var isEnd = false
            for item in items {
                switch item {
                case .delivery(let delivery):
                    for event in delivery.events where filter.isNew(event) {
                        output += engine.handle(event, now: .now())
                    }
                    done.append(delivery)
                case .tick: output += engine.advance(to: .now())
                case .command(let change): change(&engine)
                case .end: isEnd = true
                }
            }
            context.counters.add("events.received", done.reduce(0) { $0 + $1.events.count })
            try await context.outlet.send(output)
            context.counters.add("events.sent", output.count)
            for delivery in done { await inlet.acknowledge(delivery) }
            if isEnd { return }
        }
    }

    /// Pipe mode: time is what the events say.
    private func replay(_ start: Engine) async throws {
        var engine = start
        var filter = DuplicateFilter()
        var now: Timestamp?
        while let delivery = try await inlet.next() {
            for event in delivery.events where filter.isNew(event) {
                let time = max(now ?? event.time, event.time)
                now = time
                try await context.outlet.send(engine.advance(to: time))
                try await context.outlet.send(engine.handle(event, now: time))
            }
            await inlet.acknowledge(delivery)
        }
    }
}
