import ExhaustCore

// What literals a rule requires: for the index, which asks no rule of an event that has none of them.
extension SigmaCondition.Sight {
    var requirement: LiteralRequirement? { .both(shows.requirement, node.requirement) }
}

extension SigmaView.Guard {
    var requirement: LiteralRequirement? {
        switch self {
        case .all: return nil
        case .processes(let key): return LiteralRequirement(anyOf: Literal.process(key) { .presence(of: key, in: $0) })
        case .messages(let programs, let facilities, let files):
            let names = programs.sorted().map {
                Literal(.equals, $0, in: "log.syslog.appname", isCaseInsensitive: true)
            }
            let groups = facilities.sorted().map { Literal(.equals, $0, in: "log.syslog.facility.name") }
            return LiteralRequirement(anyOf: names + groups + files.map { Literal(.suffix, $0, in: "log.file.path") })
        }
    }
}

extension SigmaNode {
    var requirement: LiteralRequirement? {
        switch self {
        case .always(let flag): flag ? nil : LiteralRequirement(anyOf: [])
        case .probe(let probe): probe.requirement
        case .not: nil
        case .and(let nodes): nodes.reduce(nil) { .both($0, $1.requirement) }
        case .or(let nodes), .atLeast(_, let nodes): .eitherOf(nodes.map(\.requirement))
        }
    }
}

extension SigmaProbe {
    var requirement: LiteralRequirement? {
        let each = tests.map { test in LiteralRequirement.eitherOf(sources.map { test.requirement(in: $0) }) }
        return needsAll ? each.reduce(nil) { .both($0, $1) } : .eitherOf(each)
    }
}

extension LiteralRequirement {
    fileprivate static func eitherOf(_ all: [LiteralRequirement?]) -> LiteralRequirement? {
        all.reduce(LiteralRequirement(anyOf: [])) { .either($0, $1) }
    }
}

extension SigmaTest {
    func requirement(in source: SigmaSource) -> LiteralRequirement? {
        switch self {
        case .null, .exists(false): return nil
        case .oneOf(let tests): return .eitherOf(tests.map { $0.requirement(in: source) })
        case .text(let pattern):
            guard let (kind, text) = pattern.literal else { break }
            return LiteralRequirement(anyOf: source.literals(kind, text, isCaseInsensitive: !pattern.isCased))
        case .number(.whole(let number)):
            return LiteralRequirement(anyOf: source.literals(.equals, String(number), isCaseInsensitive: true))
        default: break
        }
        return LiteralRequirement(anyOf: source.literals(.contains, "", isCaseInsensitive: true))
    }
}

extension SigmaPattern {
    /// The longest text that is in all that matches; `nil` if that has letters whose two cases the index does not know.
    fileprivate var literal: (kind: Literal.Kind, text: String)? {
        guard !needsFolding else { return nil }
        if pieces.isEmpty { return (.equals, "") }
        guard let place = pieces.indices.max(by: { length($0) < length($1) }), let needle = pieces[place].needle else {
            return nil
        }
        let text = String(decoding: needle.bytes, as: UTF8.self)
        let isFirst = place == pieces.startIndex
        let isLast = place == pieces.endIndex - 1
        return (isFirst ? isLast ? .equals : .prefix : isLast ? .suffix : .contains, text)
    }

    private func length(_ place: Int) -> Int { pieces[place].needle?.bytes.count ?? 0 }
}

extension SigmaSource {
    /// Literals of which one is in the event if this field's value has that text.
    fileprivate func literals(_ kind: Literal.Kind, _ text: String, isCaseInsensitive: Bool) -> [Literal] {
        func literal(_ kind: Literal.Kind, _ text: String, _ field: String, _ list: String? = nil) -> Literal {
            Literal(kind, text, in: field, of: list, isCaseInsensitive: isCaseInsensitive)
        }
        switch self {
        case .data(let key): return [literal(kind, text, key)]
        case .process(let key): return Literal.process(key) { literal(kind, text, key, $0) }
        case .argument:
            let key = "process.command_args"
            return Literal.process(key) { literal(kind, text, key, $0) }
        case .commandLine:
            // A blank of a line that is made of arguments is in none of them.
            let word = text.split(separator: " ").max { $0.utf8.count < $1.utf8.count } ?? ""
            return [
                literal(kind, text, "process.command_line"),
                literal(.contains, String(word), "process.command_args", SigmaScope.processes),
            ]
        case .parentImage:
            // What is judged is the file's name behind a slash, and there is no other slash in it.
            let isWhole = text.hasPrefix("/")
            let name = isWhole ? String(text.dropFirst()) : text
            let isOpen = kind == .contains || kind == .prefix
            let kind: Literal.Kind = isWhole ? isOpen ? .prefix : .equals : kind
            return [literal(kind, name, "exhaust.cli.shell.name")]
                + [SigmaScope.processes, "exhaust.cli.ancestors"].map {
                    literal(kind, name, "process.executable.name", $0)
                }
        case .initiated: return [.presence(of: "network.direction")]
        case .sudo: return [literal(.contains, text, "message")]
        }
    }
}

extension Literal {
    /// One for the event itself and one for the processes in it.
    fileprivate static func process(_ key: String, _ make: (_ list: String?) -> Literal) -> [Literal] {
        [make(nil), make(SigmaScope.processes)]
    }
}
