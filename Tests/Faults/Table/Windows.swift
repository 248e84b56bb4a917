import ExhaustBroker
import ExhaustCore

extension Fault {
    /// What no journal holds: half-full windows.
    static let windows = [
        Fault(
            name: "analyzer killed in windows",
            summary: "kill -9 of the analyzer, six times while every fact needs five events that may lie on both sides",
            limit: .seconds(180)
        ) { stage in
            let broker = try await stage.broker()
            let rules = try stage.write(WindowFacts.rules(stage.label), to: "rules.yaml")
            let command = RoleCommandLine(
                program: [Programs.role("analyzer")], host: stage.host,
                configuration: broker.configuration(for: Login(.analyzer)),
                keys: [
                    "rules=[\(rules)]", "max_open_facts_per_host=1000000", "state.directory=\(stage.folder)/state",
                    "state.interval=2s",
                ])
            let analyzer = RoleProcess(stage, "analyzer") { _ in command }
            let probe = Probe(
                stage, broker.configuration(for: Login(.emitterPerf, host: stage.host)),
                Probe.Settings(rate: 50, filler: 0))
            let label = stage.label
            let journal = try StreamWatch(broker, .stream(Queue.journal, from: .first), WindowFacts()) {
                $1.add($0, of: label)
            }
            stage.finally { await journal.close() }
            try analyzer.start()
            try probe.process.start()
            try await wait(for: "no fact yet") { !journal.count.episodes.isEmpty }
            try await analyzer.killAndStart(times: 6, every: 1000...5000)
            let (end, before) = (ContinuousClock.now, journal.count.episodes.count)
            try await wait(for: "no fact after the fault") { journal.count.episodes.count > before }
            let recovered = ContinuousClock.now - end
            try await probe.stop()
            let due = Set(probe.starts.accepted.map(WindowFacts.window)).filter { window in
                WindowFacts.numbers(of: window).allSatisfy(probe.starts.accepted.contains)
            }
            try await wait(for: "\(journal.count.tally(due))") {
                journal.count.tally(due).lost == 0 && journal.isQuiet(for: .seconds(2))
            }
            var tally = journal.count.tally(due)
            (tally.recovered, tally.confirmed) = (recovered, due.count)
            return tally
        }
    ]
}

/// The facts of windows of five events each.
private struct WindowFacts: Sendable {
    /// The episodes of each window that was full.
    private(set) var episodes: [Int: Set<String>] = [:]

    /// One fact a window, of those that the probe called `label` counts.
    static func rules(_ label: String) -> String {
        """
        version: 1
        rules:
        - fact: window-full
          on: exhaust.perf
          where: dyn(data)["exhaust.probe.run"] == "\(label)"
          key: [host, 'dyn(data)["exhaust.probe.run"]', '(dyn(data)["exhaust.probe.number"] - 1) / 5']
          detect: {count: {above: 4, within: 10m}}
          ttl: 1h
          subject: '{{ (dyn(data)["exhaust.probe.number"] - 1) / 5 }}'

        """
    }

    static func window(of number: Int) -> Int { (number - 1) / 5 }
    static func numbers(of window: Int) -> ClosedRange<Int> { window * 5 + 1...window * 5 + 5 }

    mutating func add(_ event: Event, of label: String) {
        guard event.type == .fact, event.data["transition"] == "raised",
            event.data["key"]?.string?.contains(":\(label):") == true,
            let window = event.data["subject"]?.string.flatMap({ Int($0) })
        else { return }
        episodes[window, default: []].insert(event.id)
    }

    /// What became of the windows that were filled.
    func tally(_ due: Set<Int>) -> Tally {
        var tally = Tally(accepted: due.count)
        tally.arrived = due.filter { episodes[$0] != nil }.count
        tally.lost = due.count - tally.arrived
        tally.notes = due.filter { episodes[$0] == nil }.sorted().map { "window \($0) has no fact" }
        tally.twice = episodes.filter { $0.value.count > 1 }.keys.sorted().map { "window \($0) has several facts" }
        return tally
    }
}
