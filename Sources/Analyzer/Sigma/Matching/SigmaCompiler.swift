import ExhaustCore

/// Makes a rule's condition over one view of a stream. What the view has not is left out where the rule can do without
/// it: in an alternative, but in nothing that the rule excludes, since it would raise what it should not.
struct SigmaCompiler {
    /// A field that the rule needs and the view has not.
    struct Missing: Error {
        let field: String
    }

    let view: SigmaView
    let searches: [String: SigmaDetection]
    /// Fields of alternatives that were left out of searches, with the searches' names.
    private(set) var dropped: [(search: String, field: String)] = []
    /// Constants of the view that the rule wants otherwise, and what it wants.
    private(set) var unequal: [String: [String]] = [:]

    /// The search that is at hand.
    private var search: String?

    init(_ view: SigmaView, _ rule: SigmaRule) {
        self.view = view
        searches = Dictionary(rule.detections.map { ($0.name, $0.detection) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func compile(_ expression: SigmaExpression, isNegated: Bool = false) throws(Missing) -> SigmaNode {
        switch expression {
        case .search(let name): return try compile(search: name, isNegated)
        case .not(let inner): return Self.not(try compile(inner, isNegated: !isNegated))
        case .and(let parts):
            return try all(parts) { me, part throws(Missing) in try me.compile(part, isNegated: isNegated) }
        case .or(let parts):
            return try any(parts, isNegated) { me, part throws(Missing) in try me.compile(part, isNegated: isNegated) }
        case .count(let least, let names) where least == names.count:
            return try all(names) { me, name throws(Missing) in try me.compile(search: name, isNegated) }
        case .count(1, let names):
            return try any(names, isNegated) { me, name throws(Missing) in try me.compile(search: name, isNegated) }
        case .count(let least, let names):
            var nodes: [SigmaNode] = []
            for name in names { nodes.append(try compile(search: name, isNegated)) }
            return .atLeast(least, nodes)
        }
    }

    /// The search alone.
    mutating func compile(search name: String, _ isNegated: Bool) throws(Missing) -> SigmaNode {
        // The parser knows all names.
        guard let detection = searches[name] else { return .always(false) }
        search = name
        defer { search = nil }
        return try compile(detection, isNegated)
    }

    private mutating func compile(_ detection: SigmaDetection, _ isNegated: Bool) throws(Missing) -> SigmaNode {
        switch detection {
        case .all(let parts): try all(parts) { me, part throws(Missing) in try me.compile(part, isNegated) }
        case .any(let parts): try any(parts, isNegated) { me, part throws(Missing) in try me.compile(part, isNegated) }
        case .item(let item): item.isNegated ? Self.not(try compile(item)) : try compile(item)
        }
    }

    /// One that cannot hold decides, also beside a missing field.
    private mutating func all<Part>(
        _ parts: [Part], _ compile: (inout Self, Part) throws(Missing) -> SigmaNode
    ) throws(Missing) -> SigmaNode {
        var nodes: [SigmaNode] = []
        var missing: Missing?
        for part in parts {
            do throws(Missing) {
                let node = try compile(&self, part)
                if case .always(false) = node { return node }
                if case .always(true) = node { continue }
                nodes.append(node)
            } catch {
                missing = missing ?? error
            }
        }
        if let missing { throw missing }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .always(true) : .and(nodes)
    }

    private mutating func any<Part>(
        _ parts: [Part], _ isNegated: Bool, _ compile: (inout Self, Part) throws(Missing) -> SigmaNode
    ) throws(Missing) -> SigmaNode {
        var nodes: [SigmaNode] = []
        var missing: [Missing] = []
        for part in parts {
            do throws(Missing) {
                let node = try compile(&self, part)
                if case .always(true) = node { return node }
                if case .always(false) = node { continue }
                nodes.append(node)
            } catch {
                if isNegated { throw error }
                missing.append(error)
            }
        }
        if nodes.isEmpty {
            if let first = missing.first { throw first }
            return .always(false)
        }
        if let search { dropped += missing.map { (search, $0.field) } }
        return nodes.count == 1 ? nodes[0] : .or(nodes)
    }

    private static func not(_ node: SigmaNode) -> SigmaNode {
        if case .always(let flag) = node { return .always(!flag) }
        return .not(node)
    }

    private mutating func compile(_ item: SigmaItem) throws(Missing) -> SigmaNode {
        var tests: [SigmaTest] = []
        for value in item.values { tests.append(try test(value, isKeyword: item.field == nil)) }
        guard let field = item.field else {
            let sources: [SigmaSource] =
                switch view.keywords {
                case .message?: [.data("message"), .data("log.syslog.appname")]
                case .commandLine?: [.commandLine]
                case nil: throw Missing(field: "keywords")
                }
            return .probe(SigmaProbe(sources: sources, tests: tests, needsAll: item.needsAll))
        }
        if let constant = view.constants[field] {
            let probe = SigmaProbe(sources: [.data(field)], tests: tests, needsAll: item.needsAll)
            let holds = probe.holds(in: SigmaScope(data: [field: .string(constant)]))
            if !holds { unequal[field, default: []] += item.values.compactMap(Self.written) }
            return .always(holds)
        }
        guard let source = view.source(of: field) else { throw Missing(field: field) }
        if source == .parentImage, !tests.allSatisfy(Self.isAboutFileName) { throw Missing(field: field) }
        return .probe(SigmaProbe(sources: [source], tests: tests, needsAll: item.needsAll))
    }

    private static func written(_ value: SigmaValue) -> String? {
        if case .text(let text, _) = value { text.plain } else { nil }
    }

    private func test(_ value: SigmaValue, isKeyword: Bool) throws(Missing) -> SigmaTest {
        switch value {
        case .text(let text, let isCased):
            return .text(SigmaPattern(isKeyword ? text.afterAnything().beforeAnything() : text, isCased: isCased))
        case .number(let number) where isKeyword:
            let text = SigmaText(parts: [.many, .literal(number.text), .many])
            return .text(SigmaPattern(text, isCased: false))
        case .number(let number): return .number(number)
        case .bool(let flag): return .bool(flag)
        case .null: return .null
        case .regex(let regex): return .regex(regex)
        case .network(let network): return .network(network)
        case .compare(let comparison, let number): return .compare(comparison, number.double)
        case .exists(let flag): return .exists(flag)
        case .field(let name, let atStart, let atEnd):
            guard let source = view.source(of: name) else { throw Missing(field: name) }
            return .field(source, atStart: atStart, atEnd: atEnd)
        case .oneOf(let values):
            var tests: [SigmaTest] = []
            for value in values { tests.append(try test(value, isKeyword: isKeyword)) }
            return .oneOf(tests)
        }
    }

    /// Whether the name of a file decides, as it does for the end of a path from its last `/` on.
    private static func isAboutFileName(_ test: SigmaTest) -> Bool {
        switch test {
        case .text(let pattern):
            pattern.form == .suffix && !(pattern.needles.first?.bytes.dropFirst().contains(UInt8(ascii: "/")) ?? true)
        case .null, .exists: true
        case .oneOf(let tests): tests.allSatisfy(isAboutFileName)
        default: false
        }
    }
}
