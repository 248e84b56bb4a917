import ExhaustCore

/// Tells the loop in sentences: each event that moves it is one line, and a fact is told after the record behind it.
struct Story {
    /// Telemetry that a fact may refer to, newest last.
    private var records: [EventIdentity: Event] = [:]
    private var order: [EventIdentity] = []
    private var greeted: Set<String> = []
    private static let memory = 20_000

    /// The lines about `event`; most telemetry has none, but is remembered as evidence.
    mutating func tell(_ event: Event) -> [String] {
        do {
            switch event.type {
            case .fact: return tell(try event.payload(Fact.self), event)
            case .decision: return [line(event, "decision", sentence(try event.payload(Decision.self)))]
            case .action: return []
            case .run: return tell(try event.payload(Run.self), event)
            case .result: return [line(event, "result", sentence(try event.payload(TaskResult.self)))]
            case .outcome: return tell(try event.payload(Outcome.self), event)
            case .status: return tell(try event.payload(RoleStatus.self), event)
            default:
                remember(event)
                return []
            }
        } catch {
            return [line(event, "error", "\(error)")]
        }
    }

    private mutating func remember(_ event: Event) {
        records[event.identity] = event
        order.append(event.identity)
        guard order.count > 2 * Self.memory else { return }
        for old in order.prefix(Self.memory) { records[old] = nil }
        order.removeFirst(Self.memory)
    }

    private func tell(_ fact: Fact, _ event: Event) -> [String] {
        guard fact.transition != .updated else { return [] }
        var lines: [String] = []
        if fact.transition == .raised, let identity = fact.evidence.last {
            lines.append(line(records[identity] ?? event, "record", Evidence.sentence(records[identity], identity)))
        }
        let summary = fact.transition == .raised ? fact.summary.map { ": \($0)" } ?? "" : ""
        lines.append(
            line(event, "fact", "\(fact.name) \(fact.transition.rawValue) for \(fact.subject)\(summary)"))
        return lines
    }

    private func sentence(_ decision: Decision) -> String {
        switch decision.verdict {
        case .acted: "policy \(decision.policy) acts: run \(decision.workflow)"
        case .declined: "policy \(decision.policy) declines: \(decision.reason ?? "no reason given")"
        }
    }

    private func tell(_ run: Run, _ event: Event) -> [String] {
        switch run.state {
        case .started: [line(event, "run", "\(run.workflow) started")]
        case .taskSent: [line(event, "task", "\(run.workflow).\(run.task ?? "?") sent\(attempt(run))")]
        case .taskRetrying: [line(event, "task", "\(run.workflow).\(run.task ?? "?") again: \(run.reason ?? "failed")")]
        case .taskSucceeded, .taskFailed: []
        case .succeeded: [line(event, "run", "\(run.workflow) succeeded")]
        case .failed: [line(event, "run", "\(run.workflow) failed: \(run.reason ?? "no reason given")")]
        }
    }

    private func attempt(_ run: Run) -> String { run.attempt.map { $0 > 1 ? " (attempt \($0))" : "" } ?? "" }

    private func sentence(_ result: TaskResult) -> String {
        let reason = result.reason.map { ": \($0)" } ?? ""
        let change = result.status == .succeeded ? (result.changed ? ", changed" : ", unchanged") : ""
        let time = result.started.map { " in \(Self.text((result.finished - $0).inSeconds)) s" } ?? ""
        let output = result.output.entries.filter { ["running", "manager", "removed", "status"].contains($0.key) }
            .map { " \($0.key)=\(Self.text($0.value))" }.joined()
        return "agent: \(result.action) \(result.status.rawValue)\(change)\(time)\(output)\(reason)"
    }

    private func tell(_ outcome: Outcome, _ event: Event) -> [String] {
        var times = "action \(Self.text((outcome.actionTime - outcome.faultTime).inSeconds)) s after the fault"
        if let cleared = outcome.clearedTime {
            times += ", cleared after \(Self.text((cleared - outcome.faultTime).inSeconds)) s"
        }
        times += ", judged after \(Self.text((event.time - outcome.faultTime).inSeconds)) s"
        return [
            line(
                event, "outcome",
                "\(outcome.verdict.rawValue): \(outcome.fact) of \(outcome.subject): \(outcome.reason); \(times)")
        ]
    }

    private mutating func tell(_ status: RoleStatus, _ event: Event) -> [String] {
        guard status.state == .running, greeted.insert(event.source).inserted else { return [] }
        return [line(event, "status", "\(status.role) is alive (pid \(status.pid))")]
    }

    private func line(_ event: Event, _ word: String, _ sentence: String) -> String {
        let time = event.time.description.dropFirst(11).prefix(12)
        return "\(time)  \(word.padding(to: 8))  \(event.host)  \(sentence.escapingControls)"
    }

    static func text(_ number: Double) -> String {
        let thousandths = (number * 1000).rounded() / 1000
        return Int(exactly: thousandths).map(String.init) ?? String(thousandths)
    }

    static func text(_ value: Value) -> String {
        value.string ?? value.number.map(text) ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    }
}

extension String {
    /// This text with spaces after it up to `width`.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
