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
        nameProblem() ?? keyProblem() ?? detectorProblem() ?? clearProblem() ?? identifierProblem()
    }

    private func nameProblem() -> Problem? {
        let allowed = fact.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard !fact.isEmpty, allowed, fact.utf8.count <= 63 else {
            return Problem(path: ["fact"], message: "'\(fact)' is no name; use a-z, 0-9 and -, at most 63")
        }
        return streamProblem(stream, ["on"]) ?? clear?.stream.flatMap { streamProblem($0, ["clear", "on"]) }
    }

    /// Streams of others' making may have any name; under `exhaust.` there are only our own.
    private func streamProblem(_ stream: EventType, _ path: [String]) -> Problem? {
        if stream.rawValue.isEmpty { return Problem(path: path, message: "the stream is missing") }
        guard stream.rawValue.hasPrefix("exhaust."), !Self.streams.contains(stream) else { return nil }
        let names = Self.streams.map(\.rawValue)
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

    private func detectorProblem() -> Problem? {
        switch detector {
        case .match: return nil
        case .threshold(let threshold):
            let path = ["detect", "threshold"]
            if (threshold.above == nil) == (threshold.below == nil) {
                return Problem(path: path, message: "expected either above or below")
            }
            if let clear = threshold.clear, threshold.isPast(clear) {
                return Problem(path: path + ["clear"], message: "the level that clears must not be past the limit")
            }
            return negative(threshold.hold, path + ["for"])
        case .count(let count):
            guard (0...10_000).contains(count.above) else {
                return Problem(path: ["detect", "count", "above"], message: "must be from 0 to 10000")
            }
            return notPositive(count.within, ["detect", "count", "within"])
        case .absence(let absence): return notPositive(absence.within, ["detect", "absence", "within"])
        }
    }

    private func clearProblem() -> Problem? {
        if let problem = ttl.flatMap({ notPositive($0, ["ttl"]) }) ?? negative(clear?.hold, ["clear", "for"]) {
            return problem
        }
        switch detector {
        case .match, .count:
            if clear == nil, ttl == nil {
                return Problem(
                    path: [], message: "the fact would never be cleared", advice: "give clear: or ttl:")
            }
            if let clear, clear.condition == nil { return Problem(path: ["clear"], message: "'where' is missing") }
        case .threshold:
            if clear?.condition != nil || clear?.stream != nil {
                return Problem(path: ["clear"], message: "a threshold clears by its value; only 'for' may stand here")
            }
        case .absence:
            if clear != nil { return Problem(path: ["clear"], message: "an absence is cleared by the next event") }
        }
        return nil
    }

    private func identifierProblem() -> Problem? {
        let event = EventBindings.names
        let item = each == nil ? event : event.union(["item"])
        var uses: [(path: [String], used: Set<String>, known: Set<String>)] = []
        uses.append((["each"], each?.identifiers ?? [], event))
        uses.append((["where"], condition?.identifiers ?? [], item))
        for (index, part) in key.enumerated() { uses.append((["key", "[\(index)]"], part.identifiers, item)) }
        if case .threshold(let threshold) = detector {
            uses.append((["detect", "threshold", "value"], threshold.value.identifiers, item))
        }
        uses.append((["clear", "where"], clear?.condition?.identifiers ?? [], event.union(["fact"])))
        uses.append((["subject"], subject.identifiers, item))
        uses.append((["summary"], summary?.identifiers ?? [], detector.hasValue ? item.union(["value"]) : item))
        for use in uses {
            guard let name = use.used.subtracting(use.known).min() else { continue }
            let near = Spelling.nearest(to: name, among: use.known.sorted()).map { ", did you mean '\($0)'?" } ?? ""
            let known = use.known.sorted().joined(separator: ", ")
            return Problem(path: use.path, message: "unknown name '\(name)'\(near)", advice: "known here: \(known)")
        }
        return nil
    }

    private func negative(_ duration: Duration?, _ path: [String]) -> Problem? {
        duration.map { $0 < .zero } == true ? Problem(path: path, message: "must not be negative") : nil
    }

    private func notPositive(_ duration: Duration, _ path: [String]) -> Problem? {
        duration <= .zero ? Problem(path: path, message: "must be above zero") : nil
    }
}
