import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Glibc

extension Fault {
    /// The emitter that is fed from outside: what it has accepted is what is in its spool when it dies.
    static let syslog = [
        Fault(
            name: "emitter-syslog killed",
            summary: "kill -9 of emitter-syslog, fed by TCP, five times at random points while the broker hangs"
        ) { stage in
            let broker = try await stage.broker()
            let spool = "\(stage.folder)/spool"
            let emitter = RoleProcess(stage, "emitter-syslog") { _ in
                RoleCommandLine(
                    program: [Programs.role("emitter-syslog")], host: stage.host,
                    configuration: broker.configuration(for: Login(.emitterSyslog, host: stage.host)),
                    keys: ["unix=[]", "tcp=[127.0.0.1:\(port)]", "spool.directory=\(spool)"])
            }
            try emitter.start()
            let feeder = try stage.start(["bash", "-c", feed], log: "feeder")
            try await Task.sleep(for: .seconds(1))
            var accepted: Set<Int> = []
            stage.finally { try? broker.signal(SIGCONT) }
            try broker.signal(SIGSTOP)
            for _ in 1...5 {
                try await Task.sleep(for: .milliseconds(Double.random(in: 500...1500)))
                await emitter.kill()
                accepted.formUnion(try await numbers(in: spool))
                try emitter.start()
            }
            try broker.signal(SIGCONT)
            let end = ContinuousClock.now
            let recorder = try StreamWatch(broker, .stream(Queue.recorder, from: .first), Arrivals()) {
                $1.add($0) { number(of: $0) }
            }
            stage.finally { await recorder.close() }
            let before = accepted.max() ?? 0
            try await wait(for: "no message from after the fault has arrived") { recorder.count.latest > before }
            let recovered = ContinuousClock.now - end
            feeder.signal(SIGKILL)
            try await emitter.stop()
            try await wait(for: "\(recorder.count.tally(accepted: accepted, confirmed: 0))") {
                recorder.isQuiet(for: .seconds(1)) && recorder.count.isComplete(accepted)
            }
            accepted.formUnion(recorder.count.names.keys)
            var tally = recorder.count.tally(accepted: accepted, confirmed: accepted.count)
            tally.recovered = recovered
            return tally
        }
    ]

    private static let port = 5514

    /// Sends numbers for ever, over a new connection when one ends.
    private static let feed = """
        trap '' PIPE
        n=0
        while true; do
            exec 3<>/dev/tcp/127.0.0.1/\(port) || { sleep 0.05; continue; }
            while n=$((n + 1)); echo "<13>1 - web-01 fault - - - $n" >&3; do sleep 0.002; done
        done
        """

    /// The numbers of the messages in a spool whose emitter does not run.
    private static func numbers(in spool: String) async throws -> [Int] {
        let lines = try await ChildProcess.run([Programs.control, "spool", "export", spool]).split(separator: "\n")
        return try lines.compactMap { number(of: try EventJSON.decode(Array($0.utf8))) }
    }

    private static func number(of event: Event) -> Int? {
        guard event.type == .syslog, event.data["log.syslog.appname"] == "fault" else { return nil }
        return event.data["message"]?.string.flatMap { Int($0) }
    }
}
