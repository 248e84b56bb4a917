import ExhaustCore

/// What must hold of an event for a Sigma rule to count it.
struct SigmaCondition: EventCondition {
    /// A view of the stream's events with the rule's condition over it.
    struct Sight: Sendable {
        let shows: SigmaView.Guard
        let node: SigmaNode
    }

    /// The rule's file, by which the condition is known: no two rules come from one.
    let description: String
    let sights: [Sight]
    let requirement: LiteralRequirement?

    init(_ description: String, _ sights: [Sight]) {
        self.description = description
        self.sights = sights
        requirement = sights.reduce(LiteralRequirement(anyOf: [])) { .either($0, $1.requirement) }
    }

    var identifiers: Set<String> { ["data"] }

    func holds(_ bindings: EventBindings) -> Bool {
        guard case .map(let data)? = bindings.value(of: "data") else { return false }
        if holds(in: SigmaScope(data: data)) { return true }
        guard let processes = data[SigmaScope.processes]?.list else { return false }
        return processes.contains { $0.map.map { holds(in: SigmaScope(data: data, process: $0)) } ?? false }
    }

    private func holds(in scope: SigmaScope) -> Bool {
        sights.contains { $0.shows.shows(scope) && $0.node.holds(in: scope) }
    }
}

extension SigmaView.Guard {
    /// Whether the view shows what `scope` has.
    func shows(_ scope: SigmaScope) -> Bool {
        switch self {
        case .all: return true
        case .processes(let key): return (scope.process ?? scope.data)[key] != nil
        case .messages(let programs, let facilities, let files):
            let data = scope.data
            if let name = data["log.syslog.appname"]?.string, programs.contains(where: { Self.isSame($0, name) }) {
                return true
            }
            if let name = data["log.syslog.facility.name"]?.string, facilities.contains(name) { return true }
            guard !files.isEmpty, let path = data["log.file.path"]?.string else { return false }
            return files.contains { path.hasSuffix($0) }
        }
    }

    /// Whether a name, in small letters, is the same as another but for the case of letters.
    private static func isSame(_ small: String, _ name: String) -> Bool {
        small.utf8.elementsEqual(name.utf8.lazy.map { $0 &- 65 < 26 ? $0 | 32 : $0 })
    }
}
