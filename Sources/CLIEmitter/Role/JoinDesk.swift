import ExhaustCore
import ExhaustRuntime
import Synchronization

/// The join, between the threads that feed it and the outbox that takes what comes out.
final class JoinDesk: Sendable {
    private struct State {
        var join: CommandJoin
        var losses: [String: Loss] = [:]
        var overflow = 0
    }

    private struct Loss {
        var count = 0
        var reason: String
        var since: Timestamp
    }

    private let state: Mutex<State>
    /// Apart, since what comes in must not wait while events are made.
    private let maker: Mutex<RecordMaker>
    private let outbox: Outbox
    private let counters: Counters

    init(join: CommandJoin, maker: RecordMaker, outbox: Outbox, counters: Counters) {
        state = Mutex(State(join: join))
        self.maker = Mutex(maker)
        self.outbox = outbox
        self.counters = counters
    }

    func note(_ events: [KernelEvent]) {
        state.withLock { state in
            for event in events {
                if case .exec = event.change { counters.add("cli.execs") }
                state.join.note(event)
            }
        }
    }

    func note(_ report: HookReport, shell: ProcessDetails) {
        counters.add("cli.reports")
        state.withLock { $0.join.note(report, shell: shell) }
    }

    func reconcile(alive: Set<Int32>) { state.withLock { $0.join.reconcile(alive: alive, at: .now()) } }

    /// Looks at the shells whose commands have no end yet.
    func watchPrompts(_ watch: PromptWatch) {
        let shells = state.withLock { $0.join.busyShells }
        guard !shells.isEmpty else { return }
        let editing = Set(shells.filter(watch.isEditing))
        state.withLock { $0.join.noteAtPrompt(editing) }
    }

    func use(_ redactor: Redactor) { maker.withLock { $0.redactor = redactor } }

    /// Notes a loss, which the next `advance` publishes.
    func lost(_ kind: String, _ count: Int, _ reason: String) {
        state.withLock { $0.losses[kind, default: Loss(reason: reason, since: .now())].count += count }
    }

    /// Takes time to now, and offers what is due. It never waits: the kernel's events go on.
    func advance() { publish { $0.advance(to: .now()) } }

    func finish() { publish { $0.advance(to: .now()) + $0.finish() } }

    private func publish(_ take: (inout CommandJoin) -> [CommandRecord]) {
        let (commands, losses) = state.withLock { state -> ([CommandRecord], [String: Loss]) in
            let commands = take(&state.join)
            let overflow = state.join.overflow - state.overflow
            if overflow > 0 { counters.add("cli.overflow", overflow) }
            state.overflow += overflow
            defer { state.losses = [:] }
            return (commands, state.losses)
        }
        let now = Timestamp.now()
        var refused = 0
        for command in commands {
            let record = maker.withLock { $0.telemetry(of: command, received: now) }
            if !outbox.offer(record) { refused += 1 }
        }
        if refused > 0 { lost("cli.outbox_full", refused, "the outbox was full when commands were told of") }
        for (kind, loss) in losses {
            let data: ValueMap = [
                "kind": .string(kind), "count": .int(Int64(loss.count)), "reason": .string(loss.reason),
                "since": .string(loss.since.description),
            ]
            if !outbox.offer(TelemetryRecord(type: .gap, time: .now(), data: data)) {
                lost(kind, loss.count, loss.reason)
            }
        }
    }
}
