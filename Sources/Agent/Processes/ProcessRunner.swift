import ExhaustCore
import Glibc
import Subprocess

/// Runs programs on this host: in a session of their own, with little environment, no input, bounded output and time.
package struct ProcessRunner: CommandRunner {
    private let timeout: Duration
    private let grace: Duration

    /// After `timeout` a program's process group gets SIGTERM, and SIGKILL `grace` later.
    package init(timeout: Duration = .seconds(60), grace: Duration = .seconds(2)) {
        self.timeout = timeout
        self.grace = grace
    }

    package func run(_ command: Command) async throws -> CommandResult {
        let capture = try CapturedOutput()
        var options = PlatformOptions()
        options.createSession = true
        let terminate = TeardownStep.send(
            signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
        options.teardownSequence = [terminate]
        // Signal 0 is none: the first step of the sequence is to let the program run for its time.
        let letRun = TeardownStep.send(signal: Signal(rawValue: 0), allowedDurationToNextStep: timeout)
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await Subprocess.run(
            .path(.init(command.executable)), arguments: Arguments(command.arguments),
            environment: .custom([
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/",
            ]),
            workingDirectory: .init("/"), platformOptions: options, input: .none,
            output: .fileDescriptor(.init(rawValue: capture.descriptor), closeAfterSpawningProcess: false),
            error: .combinedWithOutput
        ) { execution in
            // Returns as soon as the program has ended, at the latest when the sequence has killed it.
            await execution.teardown(using: [letRun, terminate])
            guard clock.now - start >= timeout else { return false }
            // The rest of the group, should the leader have gone at SIGTERM and others not. The leader is not reaped
            // before this body returns, so its id still names this group and no other.
            kill(-execution.processIdentifier.value, SIGKILL)
            return true
        }
        let end: CommandResult.End =
            if result.closureResult {
                .timedOut(timeout)
            } else {
                switch result.terminationStatus {
                case .exited(let status): .exited(status)
                case .signaled(let signal): .signaled(signal)
                }
            }
        return CommandResult(end, output: capture.text())
    }
}
