import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc

extension Fault {
    /// The emitter that reads its source again.
    static let accounting = [
        Fault(
            name: "emitter-acct killed",
            summary: "kill -9 of emitter-acct, five times at random points while 2,000 processes end, and its start",
            needs: [.root]
        ) { stage in
            let broker = try await stage.broker()
            let login = Login(.emitterAcct, host: stage.host)
            let emitter = RoleProcess(stage, "emitter-acct") { _ in
                RoleCommandLine(
                    program: [Programs.role("emitter-acct")], host: stage.host,
                    configuration: broker.configuration(for: login),
                    keys: ["file=\(stage.folder)/pacct", "rotate_bytes=16000"])
            }
            try emitter.start()
            try await wait(for: "accounting is not on") { file(emitter.log, contains: "accounting is on") }
            let numbers = 1...2000
            let commands = "\(stage.folder)/commands"
            mkdir(commands, 0o755)
            for number in numbers { symlink("/bin/true", "\(commands)/\(name(number))") }
            let shell = try stage.start(
                ["sh", "-c", "for command in \(commands)/*; do $command; done"], log: "processes")
            try await emitter.killAndStart()
            let end = ContinuousClock.now
            guard await shell.wait(upTo: .seconds(60)) == 0 else { throw ExhaustError(.software, "no processes") }
            symlink("/bin/true", "\(stage.folder)/\(name(numbers.upperBound + 1))")
            try await ChildProcess.run(["\(stage.folder)/\(name(numbers.upperBound + 1))"])
            let accepted = Set(numbers.lowerBound...numbers.upperBound + 1)
            let recorder = try StreamWatch(broker, .stream(Queue.recorder, from: .first), Arrivals()) {
                $1.add($0) { number(of: $0) }
            }
            stage.finally { await recorder.close() }
            try await wait(for: "\(recorder.count.tally(accepted: accepted, confirmed: 0))") {
                recorder.count.latest == accepted.count
            }
            let recovered = ContinuousClock.now - end
            try await emitter.stop()
            try await wait(for: "\(recorder.count.tally(accepted: accepted, confirmed: 0))") {
                recorder.isQuiet(for: .seconds(1)) && recorder.count.isComplete(accepted)
            }
            var tally = recorder.count.tally(accepted: accepted, confirmed: accepted.count)
            tally.recovered = recovered
            return tally
        }
    ]

    /// The name under which the kernel accounts for a process, and its number again.
    private static func name(_ number: Int) -> String { "fault\(1_000_000 + number)" }

    private static func number(of event: Event) -> Int? {
        guard let name = event.data["process.command"]?.string, name.hasPrefix("fault") else { return nil }
        return Int(name.dropFirst(5)).map { $0 - 1_000_000 }
    }
}
