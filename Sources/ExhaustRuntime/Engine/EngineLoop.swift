package import ExhaustCore
import Logging

/// Runs an engine between the role's partitions and an outlet: one event after the other, an acknowledgement only
/// after what followed from a delivery is confirmed.
package struct EngineLoop<Engine: EventEngine>: Sendable {
    private let inlet: any EventInlet
    private let keeper: ShareKeeper?
    private let stateKeeper: (any StateKeeper<Engine>)?
    private let context: RoleContext
    private let inbox: Inbox<Engine>

    /// A loop on the partitions' events. Commands put into `inbox` run between events. `state` makes partitions known
    /// that are taken over; without one the journal alone does.
    package init(
        _ partitions: PartitionedInlet, context: RoleContext, inbox: Inbox<Engine> = Inbox(),
        state: (any StateKeeper<Engine>)? = nil
    ) {
        inlet = partitions.inlet
        keeper = partitions.keeper
        stateKeeper = state
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
            if let keeper { group.addTask { await keeper.run { inbox.put(.release($0)) } } }
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

    /// What was handled and not yet told.
    private struct Turn {
        var output: [Event] = []
        var done: [Delivery] = []
    }

    private func work(_ start: Engine) async throws {
        var state = EngineState(start)
        var states = stateKeeper
        var adoption = context.adoption
        while true {
            let items = await inbox.next()
            if items.isEmpty { return }
            var turn = Turn()
            for (index, item) in items.enumerated() {
                switch item {
                case .delivery(let delivery):
                    turn.output += try await adopt(items[index...], &adoption, &states, &state)
                    // One that came before may be what ended the program then, so it goes alone.
                    if delivery.redelivered { try await finish(&turn) }
                    take(delivery, &turn, &state)
                    if delivery.redelivered { try await finish(&turn) }
                case .tick: turn.output += state.engine.advance(to: .now())
                case .command(let change): change(&state.engine)
                case .release(let partitions):
                    adoption?.forget(partitions)
                    state.release(partitions, of: context.partitions)
                case .end:
                    try await finish(&turn)
                    await states?.close(state)
                    return
                }
            }
            try await finish(&turn)
            try await states?.settled(state)
        }
    }

    /// Heartbeats are sent as they are made, so they tell how long the way to here takes.
    private func noteLag(of delivery: Delivery) {
        guard let beat = delivery.events.last(where: { $0.type == .status }) else { return }
        context.counters.set("events.lag_ms", max(0, Int((Timestamp.now() - beat.time) / .milliseconds(1))))
    }

    private func take(_ delivery: Delivery, _ turn: inout Turn, _ state: inout EngineState<Engine>) {
        let own = context.source.description
        for event in delivery.events {
            if event.type == .status, event.source == own, let partition = delivery.partition {
                state.handled[partition] = event.time
            }
            guard state.filters[delivery.partition, default: DuplicateFilter()].isNew(event) else { continue }
            turn.output += state.engine.handle(event, now: .now())
        }
        noteLag(of: delivery)
        turn.done.append(delivery)
    }

    private func finish(_ turn: inout Turn) async throws {
        context.counters.add("events.received", turn.done.reduce(0) { $0 + $1.events.count })
        try await context.outlet.send(turn.output)
        context.counters.add("events.sent", turn.output.count)
        for delivery in turn.done { await inlet.acknowledge(delivery) }
        turn = Turn()
    }

    /// Makes sure that the engine knows what was known of the partitions of `items`. Gives what nobody told of it yet.
    private func adopt(
        _ items: ArraySlice<Inbox<Engine>.Item>, _ adoption: inout Adoption?,
        _ states: inout (any StateKeeper<Engine>)?, _ state: inout EngineState<Engine>
    ) async throws -> [Event] {
        guard case .delivery(let first) = items.first, adoption?.isCurrent(first) == false else { return [] }
        let deliveries = items.compactMap { if case .delivery(let delivery) = $0 { delivery } else { nil } }
        guard let stale = try await adoption?.stale(in: deliveries), !stale.isEmpty else { return [] }
        state.release(stale, of: context.partitions)
        var untold: [Event] = []
        if states != nil {
            guard let rebuilt = try await states?.rebuild(stale, in: &state) else { return [] }
            adoption?.rebuilt(stale, upTo: rebuilt.offset)
            untold = rebuilt.untold
        } else {
            try await adoption?.rebuild(stale) { state.engine.restore($0) }
            state.engine.restored(stale, of: context.partitions, now: .now())
        }
        context.logger.info("partitions taken over", metadata: ["partitions": "\(stale.sorted())"])
        return untold
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
                for moment in Self.ticks(from: now ?? time, to: time) {
                    try await context.outlet.send(engine.advance(to: moment))
                }
                now = time
                try await context.outlet.send(engine.handle(event, now: time))
            }
            await inlet.acknowledge(delivery)
        }
    }

    /// The moments at which a clock that stands at `start` ticks on its way to `end`, which is the last: each second,
    /// or in a gap of many hours, less often.
    package static func ticks(from start: Timestamp, to end: Timestamp) -> [Timestamp] {
        let gap = end - start
        let count = min(gap.components.seconds, mostTicks)
        guard count > 0 else { return [end] }
        return (1...count).map { start + gap / Double(count) * Double($0) }.dropLast() + [end]
    }

    private static var mostTicks: Int64 { 86_400 }
}
