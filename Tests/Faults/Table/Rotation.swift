import ExhaustBroker
import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc

extension Fault {
    /// Files that are rotated under the emitter that follows them, while it dies again and again.
    static let rotation = [
        Fault(
            name: "files rotated",
            summary:
                "files rotated each second under load, with writers that notice late, and kill -9 of emitter-syslog "
                + "each 20 s, for 60 s or as many as FAULT_SECONDS says",
            limit: .seconds(seconds + seconds / 5 + 90)
        ) { stage in
            let broker = try await stage.broker()
            let logs = "\(stage.folder)/logs"
            mkdir(logs, 0o755)
            let emitter = RoleProcess(stage, "emitter-syslog-files") { _ in
                RoleCommandLine(
                    program: [Programs.role("emitter-syslog")], host: stage.host,
                    configuration: broker.configuration(for: Login(.emitterSyslog, host: stage.host)),
                    keys: [
                        "unix=[]", "spool.directory=\(stage.folder)/spool", "state_directory=\(stage.folder)/state",
                        "files=[{path: '\(logs)/log*', format: plain, from: start, app_name: rotated}]",
                    ])
            }
            try emitter.start()
            try await wait(for: "the emitter does not start") { file(emitter.log, contains: "role started") }
            let recorder = try StreamWatch(broker, .stream(Queue.recorder, from: .first), Arrivals()) {
                $1.add($0) { number(of: $0) }
            }
            stage.finally { await recorder.close() }
            let writer = try stage.start(["bash", "-c", write, "write", logs, "\(seconds)"], log: "writer")
            // The last death is before the last line.
            let end = ContinuousClock.now + .seconds(seconds - 25)
            var started = ContinuousClock.now
            while ContinuousClock.now < end {
                try await Task.sleep(for: .seconds(20))
                await emitter.kill()
                // Long enough for a rotation that nobody sees.
                try await Task.sleep(for: .milliseconds(Double.random(in: 0...1500)))
                try emitter.start()
                started = .now
            }
            let before = try count("\(logs)/../written")
            try await wait(for: "no line from after the last death has arrived") { recorder.count.latest > before }
            let recovered = ContinuousClock.now - started
            guard await writer.wait(upTo: .seconds(60)) == 0 else { throw ExhaustError(.software, "no writer") }
            let accepted = Set(1...(try count("\(logs)/../written")))
            try await wait(for: "\(recorder.count.tally(accepted: accepted, confirmed: 0))") {
                recorder.isQuiet(for: .seconds(1)) && recorder.count.isComplete(accepted)
            }
            try await emitter.stop()
            var tally = recorder.count.tally(accepted: accepted, confirmed: accepted.count)
            tally.recovered = recovered
            tally.notes.append("\(emitter.starts - 1) kills, \(try count("\(logs)/../rotations")) rotations")
            return tally
        }
    ]

    private static let seconds = Int(Machine.environment["FAULT_SECONDS"] ?? "") ?? 60

    /// Writes numbers to `log` in the folder, renames it each second and goes on in the renamed one for a moment.
    private static let write = """
        cd "$1"
        n=0 k=0 stop=$((SECONDS + $2))
        while [ $SECONDS -lt $stop ]; do
            exec 3>>log
            end=$((SECONDS + 1))
            while [ $SECONDS -lt $end ]; do
                for i in 1 2 3 4 5 6 7 8 9 10; do n=$((n + 1)); echo $n >&3; done
                echo $n > ../written
                sleep 0.015
            done
            k=$((k + 1))
            mv log log.$k
            for i in 1 2 3 4 5; do n=$((n + 1)); echo $n >&3; done
            rm -f log.$((k - 60))
        done
        echo $n > ../written
        echo $k > ../rotations
        """

    private static func count(_ path: String) throws -> Int {
        Int(String(decoding: try FileContent.read(path).filter { $0 != 10 }, as: UTF8.self)) ?? 0
    }

    private static func number(of event: Event) -> Int? {
        guard event.type == .syslog, event.data["log.syslog.appname"] == "rotated" else { return nil }
        return event.data["message"]?.string.flatMap { Int($0) }
    }
}
