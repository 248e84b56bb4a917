import Agent
import ExhaustCore
import Synchronization

/// Stands for every action and counts what really runs.
final class CountingExecutor: ActionExecutor {
    private let calls = Mutex<[ActionCall]>([])
    private let running = Mutex<(now: Int, most: Int, lanes: [String: Int], clash: Bool)>((0, 0, [:], false))
    private let pause: Duration

    init(pause: Duration = .zero) { self.pause = pause }

    var actions: [ActionSpec] {
        ServiceActions(managers: ServiceManagers([])).actions + DiskClean(timeout: .seconds(1)).actions
    }

    /// How many calls ran.
    var count: Int { calls.withLock { $0.count } }
    /// The calls in the order in which they began.
    var all: [ActionCall] { calls.withLock { $0 } }
    /// The most calls at one time.
    var most: Int { running.withLock { $0.most } }
    /// Whether two calls of one lane ever overlapped.
    var clashed: Bool { running.withLock { $0.clash } }

    func execute(_ call: ActionCall) async throws -> ActionReport {
        calls.withLock { $0.append(call) }
        running.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
            state.lanes[call.lane, default: 0] += 1
            if state.lanes[call.lane] != 1 { state.clash = true }
        }
        if pause > .zero { try await Task.sleep(for: pause) }
        running.withLock { state in
            state.now -= 1
            state.lanes[call.lane, default: 0] -= 1
        }
        return ActionReport(succeeded: true, changed: true, output: ["running": true])
    }

    func probe(_ call: ActionCall) async -> ValueMap { ["running": false] }
}
