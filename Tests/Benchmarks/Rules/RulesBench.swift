import Analyzer
import ArgumentParser
import ExhaustCore
import ExhaustRuntime
import Glibc

/// Events through the analyzer's engine by the number of rules, apart from the pipe around it. Never installed.
@main
struct RulesBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "exhaust-bench-rules")

    @Argument(help: "Events that emitter-syslog made of log lines, one a line.") var syslog: String
    @Option(help: "How many events.") var events = 100_000
    @Option(help: "A folder with Sigma rules.") var sigma: String?
    @Option(help: "A folder to put the stream and the made rules into, for other programs too.") var folder: String

    func run() throws {
        let lines = try FileContent.read(syslog, limit: 1 << 30).split(separator: 10)
        let recorded = try lines.map { try EventJSON.decode(Array($0)) }
        let stream = MixedStream(syslog: recorded).events(events)
        try write(stream)

        let bodies = stream.map(EventJSON.encode)
        report("JSON to events", try Self.seconds { for body in bodies { _ = try EventJSON.decode(body) } })
        for count in [30, 300, 3000] {
            let rules = try RuleSet.load(["\(folder)/mixed-\(count).yaml"]).rules
            measure("\(count) made rules", rules, stream, alsoWithout: count < 3000)
        }
        guard let sigma else { return }
        let rules = try SigmaRules.load([sigma]).entries.compactMap(\.rule)
        measure("\(rules.count) Sigma rules that run", rules, stream, alsoWithout: true)
    }

    private func measure(_ name: String, _ rules: [Rule], _ stream: [Event], alsoWithout: Bool) {
        for byLiterals in alsoWithout ? [true, false] : [true] {
            let source = EventSource(host: stream[0].host, role: "analyzer", incarnation: "0")
            var engine = AnalyzerEngine(rules: rules, factory: EventFactory(source: source, seed: 1))
            engine.indexStreams(byLiterals: byLiterals)
            var facts = 0
            let events = byLiterals ? stream : Array(stream.prefix(stream.count / 10))
            let seconds = Self.seconds {
                facts = 0
                var run = engine
                for event in events { facts += run.handle(event, now: event.time).count }
            }
            let asked = events.prefix(10_000).reduce(0) { $0 + engine.countOfCandidates(for: $1) }
            report(
                byLiterals ? name : "the same, no literals", seconds * Double(stream.count) / Double(events.count),
                "\(Double(asked / 100) / 100) rules asked an event, index \(engine.indexSize >> 10) KiB, \(facts) facts"
            )
        }
    }

    private func report(_ name: String, _ seconds: Double, _ more: String = "") {
        let rate = "\(Int(Double(events) / seconds))"
        let padded = name + String(repeating: " ", count: max(0, 30 - name.utf8.count))
        print(padded, String(repeating: " ", count: max(0, 8 - rate.utf8.count)) + rate, "events/s of CPU ", more)
    }

    private func write(_ stream: [Event]) throws {
        func put(_ name: String, _ bytes: [UInt8]) throws {
            try DurableFile.replace("\(folder)/\(name)", with: bytes)
        }
        try put("mixed.jsonl", Array(stream.map(EventJSON.encode).joined(separator: [10])) + [10])
        for count in [30, 300, 3000] {
            try put("mixed-\(count).yaml", Array(MadeRules.mixed(count).yaml.utf8))
            try put("syslog-\(count).yaml", Array(MadeRules.syslog(count).yaml.utf8))
            try put("syslog-\(count).sec", Array(MadeRules.syslog(count).sec.utf8))
        }
    }

    /// The least CPU time of three runs.
    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<3 {
            let start = cpuSeconds()
            try body()
            least = min(least, cpuSeconds() - start)
        }
        return least
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
