@testable import Analyzer

/// Makes rows of fields for a rule: such that it should hold of, and such that miss it by a little. Which is which is
/// for others to say.
struct RowMaker {
    private static let limit = 120

    private let searches: [String: SigmaDetection]
    private let rule: SigmaRule

    static func rows(for rule: SigmaRule) -> [[String: String]] { RowMaker(rule).rows() }

    private init(_ rule: SigmaRule) {
        self.rule = rule
        searches = Dictionary(rule.detections.map { ($0.name, $0.detection) }, uniquingKeysWith: { first, _ in first })
    }

    private func rows() -> [[String: String]] {
        let wanted = drafts(rule.condition)
        let base = wanted.first ?? Draft()
        var rows = wanted.map(\.row)
        // Everything that the rule names at once, and what it excludes beside what it wants.
        for (_, detection) in rule.detections { rows += drafts(detection).prefix(6).map { base.merged($0).row } }
        for (_, detection) in rule.detections { rows += drafts(detection).prefix(2).map(\.row) }
        for draft in Self.spread(wanted, 6) { rows += Self.nearMisses(draft.row) }
        var seen: Set<[String: String]> = []
        return Self.spread(rows.filter { seen.insert($0).inserted }, Self.limit)
    }

    private func drafts(_ expression: SigmaExpression) -> [Draft] {
        switch expression {
        case .search(let name): searches[name].map(drafts) ?? []
        case .not: [Draft()]
        case .and(let parts): Self.all(parts.map(drafts))
        case .or(let parts): parts.flatMap(drafts)
        case .count(let least, let names) where least > 1:
            Self.all(names.prefix(least).compactMap { searches[$0].map(drafts) })
        case .count(_, let names): names.flatMap { searches[$0].map(drafts) ?? [] }
        }
    }

    private func drafts(_ detection: SigmaDetection) -> [Draft] {
        switch detection {
        case .all(let parts): return Self.all(parts.map(drafts))
        case .any(let parts): return parts.flatMap(drafts)
        case .item(let item):
            let field = item.field ?? ""
            if item.isNegated { return [Draft()] }
            if item.needsAll { return [item.values.reduce(Draft()) { $0.with(field, $1) }] }
            return item.values.flatMap { value in
                if case .oneOf(let several) = value { return several.map { Draft().with(field, $0) } }
                return [Draft().with(field, value)]
            }
        }
    }

    /// The first of each together, and then each of the others in turn.
    private static func all(_ parts: [[Draft]]) -> [Draft] {
        let firsts = parts.map { $0.first ?? Draft() }
        func merge(_ drafts: [Draft]) -> Draft { drafts.reduce(Draft()) { $0.merged($1) } }
        var result = [merge(firsts)]
        for (place, others) in parts.enumerated() {
            for other in others.dropFirst() {
                var drafts = firsts
                drafts[place] = other
                result.append(merge(drafts))
            }
        }
        return result
    }

    /// At most `count` of `elements`, from all over the list.
    private static func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
        guard elements.count > count else { return elements }
        return (0..<count).map { elements[$0 * elements.count / count] }
    }

    /// The row with one field changed.
    private static func nearMisses(_ row: [String: String]) -> [[String: String]] {
        row.sorted { $0.key < $1.key }.flatMap { field, text -> [[String: String]] in
            var changes: [String?] = [nil, text.uppercased(), text + "x", "x" + text, String(text.dropFirst()), ""]
            changes.append(String(text.dropLast()))
            changes.append(text.replacing(" ", with: ""))
            changes.append(text.replacing("/", with: "\\"))
            let middle = text.index(text.startIndex, offsetBy: text.count / 2)
            changes.append(text[..<middle] + "_" + text[middle...].dropFirst())
            return changes.map { change in
                var other = row
                other[field] = change
                return other
            }
        }
    }
}
