import ExhaustCore
import ExhaustTestSupport
import Glibc
import Synchronization

/// A role under test: a process that is killed and started again.
final class RoleProcess: Sendable {
    let name: String
    private let stage: Stage
    private let command: @Sendable (_ start: Int) -> RoleCommandLine
    private let state = Mutex<(child: ChildProcess?, starts: Int)>((nil, 0))

    /// `command` gives the command of the first start, the second, and so on.
    init(_ stage: Stage, _ name: String, _ command: @escaping @Sendable (_ start: Int) -> RoleCommandLine) {
        self.stage = stage
        self.name = name
        self.command = command
    }

    /// A second instance.
    func twin() -> RoleProcess { RoleProcess(stage, "\(name)-2", command) }

    /// Its log, of all starts.
    var log: String { "\(stage.folder)/\(name).log" }

    /// How often it was started.
    var starts: Int { state.withLock { $0.starts } }

    func start() throws {
        let number = state.withLock { state in
            state.starts += 1
            return state.starts
        }
        let command = command(number)
        let child = try stage.start(command.arguments, environment: command.environment, log: name)
        state.withLock { $0.child = child }
    }

    func signal(_ number: Int32) { state.withLock { $0.child }?.signal(number) }

    /// Kills it as nothing else would, and waits for its end.
    func kill() async {
        guard let child = state.withLock({ $0.child }) else { return }
        child.signal(SIGKILL)
        _ = await child.wait(upTo: .seconds(10))
    }

    /// Kills it and starts it again, some times at random moments.
    func killAndStart(times: Int = 5, every pause: ClosedRange<Double> = 200...1200) async throws {
        for _ in 1...times {
            try await Task.sleep(for: .milliseconds(Double.random(in: pause)))
            await kill()
            try start()
        }
    }

    /// Lets it finish what it took, and waits for its end.
    func stop() async throws {
        guard let child = state.withLock({ $0.child }) else { return }
        child.signal(SIGTERM)
        guard let status = await child.wait(upTo: .seconds(40)) else {
            throw ExhaustError(.software, "\(name) does not stop within 40 s")
        }
        guard status == 0 else { throw ExhaustError(.software, "\(name) ended with status \(status)", at: log) }
    }
}
