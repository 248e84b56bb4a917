import ExhaustCore

/// What a backtest found, from the facts, decisions and outcomes of a replay.
struct BacktestReport {
    /// What became of one policy.
    private struct Line {
        var workflow = ""
        var isShadow = false
        var acted = 0
        var declined: [String: Int] = [:]
        var outcomes: [String: Int] = [:]
    }

    /// One action that would have been taken.
    private struct Deed {
        let time: Timestamp
        let decision: Decision
        var outcome: String?
    }

    private var facts: [String: (raised: Int, cleared: Int)] = [:]
    private var policies: [String: Line] = [:]
    private var deeds: [Deed] = []
    private var places: [String: Int] = [:]

    /// Takes an event of the replay; one that cannot be understood says nothing.
    mutating func add(_ event: Event) {
        switch event.type {
        case .fact:
            guard let name = event.data["name"]?.string else { return }
            if event.data["transition"] == "raised" { facts[name, default: (0, 0)].raised += 1 }
            if event.data["transition"] == "cleared" { facts[name, default: (0, 0)].cleared += 1 }
        case .decision:
            // One of a form that this program does not know is left out, as every event that it cannot read.
            if let decision = try? event.payload(Decision.self) { add(decision, at: event.time) }
        case .outcome:
            guard let policy = event.data["policy"]?.string, let verdict = event.data["verdict"]?.string else { return }
            policies[policy, default: Line()].outcomes[verdict, default: 0] += 1
            if let place = event.data["action"]?.string.flatMap({ places[$0] }) { deeds[place].outcome = verdict }
        default: break
        }
    }

    private mutating func add(_ decision: Decision, at time: Timestamp) {
        policies[decision.policy, default: Line()].workflow = decision.workflow
        guard decision.verdict == .acted else {
            policies[decision.policy]?.declined[decision.reason ?? "no reason", default: 0] += 1
            return
        }
        policies[decision.policy]?.acted += 1
        if decision.reason != nil { policies[decision.policy]?.isShadow = true }
        if let action = decision.action { places[action] = deeds.count }
        deeds.append(Deed(time: time, decision: decision))
    }

    /// For people: facts, policies, and every action in its order.
    var table: String {
        var text = Self.rows(
            [["FACT", "RAISED", "CLEARED"]]
                + facts.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value.raised)", "\($0.value.cleared)"] })
        let lines = policies.sorted { $0.key < $1.key }.map { name, line in
            [
                name, line.isShadow ? "shadow" : "enforce", line.workflow, "\(line.acted)", Self.counts(line.declined),
                Self.counts(outcomes(line)),
            ]
        }
        text += "\n" + Self.rows([["POLICY", "MODE", "WORKFLOW", "ACTIONS", "DECLINED", "OUTCOMES"]] + lines)
        let actions = deeds.map { deed in
            [
                deed.time.description, deed.decision.policy, deed.decision.host, deed.decision.subject,
                deed.decision.workflow, deed.outcome ?? "pending",
            ]
        }
        return text + "\n" + Self.rows([["TIME", "POLICY", "HOST", "SUBJECT", "WOULD RUN", "OUTCOME"]] + actions)
    }

    /// The same for programs.
    var json: [UInt8] {
        let facts = facts.sorted { $0.key < $1.key }.map { name, count -> (String, Value) in
            (name, ["raised": .int(Int64(count.raised)), "cleared": .int(Int64(count.cleared))])
        }
        let policies = policies.sorted { $0.key < $1.key }.map { name, line -> (String, Value) in
            let numbers = { (counts: [String: Int]) in
                Value.map(ValueMap(counts.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) }))
            }
            return (
                name,
                [
                    "mode": line.isShadow ? "shadow" : "enforce", "workflow": .string(line.workflow),
                    "actions": .int(Int64(line.acted)), "declined": numbers(line.declined),
                    "outcomes": numbers(outcomes(line)),
                ]
            )
        }
        let actions = deeds.map { deed -> Value in
            [
                "time": .string(deed.time.description), "policy": .string(deed.decision.policy),
                "host": .string(deed.decision.host), "subject": .string(deed.decision.subject),
                "fact": .string(deed.decision.fact), "workflow": .string(deed.decision.workflow),
                "outcome": .string(deed.outcome ?? "pending"),
            ]
        }
        let report: Value = [
            "facts": .map(ValueMap(facts)), "policies": .map(ValueMap(policies)), "actions": .list(actions),
        ]
        return JSONWriter.bytes(of: report) + [10]
    }

    private func outcomes(_ line: Line) -> [String: Int] {
        let pending = line.acted - line.outcomes.values.reduce(0, +)
        return line.outcomes.merging(pending > 0 ? ["pending": pending] : [:]) { $1 }
    }

    private static func counts(_ counts: [String: Int]) -> String {
        let texts = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return texts.isEmpty ? "-" : texts.joined(separator: ", ")
    }

    /// Columns as wide as their widest word.
    private static func rows(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.count)
            }
        }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let cell = cell.escapingControls
                let room = index == row.count - 1 ? 0 : widths[index] + 2 - cell.count
                return cell + String(repeating: " ", count: max(0, room))
            }
            return cells.joined() + "\n"
        }.joined()
    }
}
