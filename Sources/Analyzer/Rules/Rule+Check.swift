import ExhaustCore

/// What a rule's types cannot say.
extension Rule {
    /// A key of the rule and what is wrong there.
    struct Problem {
        let path: [String]
        let message: String
        var advice: String?
    }

    /// The first thing that is wrong with the rule.
    func firstProblem() -> Problem? {
        nameProblem() ?? keyProblem() ?? detector.firstProblem() ?? clearProblem()
    }

    private func nameProblem() -> Problem? {
        let allowed = fact.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard !fact.isEmpty, allowed, fact.utf8.count <= 63 else {
            return Problem(path: ["fact"], message: "'\(fact)' is no name; use a-z, 0-9 and -, at most 63")
        }
        if Self.reserved.contains(fact) {
            return Problem(path: ["fact"], message: "'\(fact)' is raised by the analyzer itself")
        }
        if case .correlate = detector { return stream == .fact ? nil : wrongStream }
        return streamProblem(stream, ["on"]) ?? clear?.stream.flatMap { streamProblem($0, ["clear", "on"]) }
            ?? stepProblem()
    }

    private var wrongStream: Problem { Problem(path: ["on"], message: "correlate watches 'exhaust.fact'") }

    private func stepProblem() -> Problem? {
        guard case .sequence(let sequence) = detector else { return nil }
        for (index, step) in sequence.steps.enumerated() {
            let path = ["detect", "sequence", "steps", "[\(index)]", "on"]
            if let problem = step.stream.flatMap({ streamProblem($0, path) }) { return problem }
        }
        return nil
    }

    /// Streams of others' making may have any name; under `exhaust.` there are only our own.
    private func streamProblem(_ stream: EventType, _ path: [String]) -> Problem? {
        if stream.rawValue.isEmpty { return Problem(path: path, message: "the stream is missing") }
        guard stream.rawValue.hasPrefix("exhaust."), !Self.streams.contains(stream) else { return nil }
        let names = Self.streams.map(\.rawValue)
        if stream == .fact {
            return Problem(path: path, message: "only 'correlate' watches facts")
        }
        let near = Spelling.nearest(to: stream.rawValue, among: names)
        return Problem(
            path: path, message: "there is no stream '\(stream)'",
            advice: near.map { "did you mean '\($0)'?" } ?? "there are \(names.joined(separator: ", "))")
    }

    /// Telemetry, and the heartbeats of all roles.
    private static let streams = EventType.telemetry + [.status]

    private func keyProblem() -> Problem? {
        guard key.contains(where: { $0.text == "host" }) else {
            return Problem(path: ["key"], message: "'host' must be in the key: facts are about one host")
        }
        return nil
    }

    private func clearProblem() -> Problem? {
        if let problem = ttl.flatMap({ Problem.notPositive($0, ["ttl"]) }) ?? .negative(clear?.hold, ["clear", "for"]) {
            return problem
        }
        if !detector.clearsItself, clear == nil, ttl == nil {
            return Problem(path: [], message: "the fact would never be cleared", advice: "give clear: or ttl:")
        }
        switch detector {
        case .match, .count, .distinct, .sequence, .change, .new:
            if let clear, clear.condition == nil { return Problem(path: ["clear"], message: "'where' is missing") }
        case .threshold:
            if clear?.condition != nil || clear?.stream != nil {
                return Problem(path: ["clear"], message: "a threshold clears by its value; only 'for' may stand here")
            }
        case .rate:
            if clear != nil { return Problem(path: ["clear"], message: "a rate clears by its value") }
        case .absence:
            if clear != nil { return Problem(path: ["clear"], message: "an absence is cleared by the next event") }
        case .correlate:
            if clear != nil { return Problem(path: ["clear"], message: "a root fact is cleared with its children") }
        }
        return nil
    }
}
