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

    /// Runs until the input ends or the task is cancelled; what was taken by then is finished and confirmed, for as
    /// long as `drainLimit` allows. Closes the inlet.
    package func run(_ engine: Engine) async throws {
        do {
            try await context.isPipe ? replay(engine) : live(engine)
        } catch {
            await inlet.close()
            throw error
        }
        await inlet.close()
    }

    private func live(_ engine: Engine) async throws {
        let ended = Signal()
        // Not a child: a shutdown must not cut it off between an effect and its acknowledgement.
        let worker = Task {
            defer { ended.notify() }
            try await work(engine)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await read() }
            group.addTask { await tick() }
            group.addTask { await ended.wait(past: 0) }
            await group.next()
            group.cancelAll()
        }
        inbox.put(.end)
        let limit = Task {
            try await Task.sleep(for: Self.drainLimit)
            context.logger.error("shutdown before everything was confirmed; the rest will be delivered again")
            worker.cancel()
        }
        defer { limit.cancel() }
        try await worker.value
    }

    private static var drainLimit: Duration { .seconds(10) }

    private func read() async {
        do {
            while let delivery = try await inlet.next() { inbox.put(.delivery(delivery)) }
        } catch {
            context.logger.error("input failed", metadata: ["error.message": "\(error)"])
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(50))  // cancellation only shortens it
            inbox.put(.tick)
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
            for change in inbox.takeCommands() { change(&engine) }
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
