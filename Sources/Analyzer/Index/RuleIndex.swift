import ExhaustCore

/// The rules of one stream by the literals that they require, so that an event is shown only to those of which it has
/// one, and to those that require none.
struct RuleIndex: Sendable {
    /// Positions of the rules, in order; places in it are the rules of all below.
    private let positions: [Int]
    /// Rules that any event may concern.
    private var always: RuleBits
    private var found: RuleBits
    private var fields: [FieldIndex] = []
    private var lists: [List] = []
    private var scan: UInt64 = 0

    /// Fields of the maps in a list of the data.
    private struct List {
        let key: String
        var place = 0
        var fields: [FieldIndex]
    }

    /// A rule by its position.
    typealias Entry = (position: Int, requirement: LiteralRequirement?)

    /// An index of rules, whose positions rise; one without a requirement is always found.
    init(_ rules: [Entry]) {
        positions = rules.map(\.position)
        found = RuleBits(count: rules.count)
        always = found
        var literals: [Field: [(literal: Literal, rule: Int32)]] = [:]
        for (rule, entry) in rules.enumerated() {
            guard let requirement = entry.requirement else {
                always.insert([Int32(rule)])
                continue
            }
            for literal in requirement.anyOf {
                literals[Field(list: literal.list, key: literal.field), default: []].append((literal, Int32(rule)))
            }
        }
        let sorted = literals.sorted { ($0.key.list ?? "", $0.key.key) < ($1.key.list ?? "", $1.key.key) }
        for (field, literals) in sorted {
            let index = FieldIndex(field.key, literals)
            guard let list = field.list else {
                fields.append(index)
                continue
            }
            if lists.last?.key != list { lists.append(List(key: list, fields: [])) }
            lists[lists.count - 1].fields.append(index)
        }
    }

    private struct Field: Hashable {
        let list: String?
        let key: String
    }

    /// Bytes that it takes.
    var size: Int {
        positions.count * 8 + always.words.count * 16
            + (fields + lists.flatMap(\.fields)).reduce(0) { $0 + MemoryLayout<FieldIndex>.stride + $1.size }
    }

    /// Appends the positions of the rules that `event` may concern, in order.
    mutating func appendCandidates(for event: Event, to list: inout [Int]) {
        found.reset(to: always)
        scan += 1
        for index in fields.indices { fields[index].search(event.data, scan: scan, &found) }
        for index in lists.indices {
            let value = event.data.value(of: lists[index].key, near: &lists[index].place)
            for element in value?.list ?? [] {
                guard case .map(let map) = element else { continue }
                for field in lists[index].fields.indices {
                    lists[index].fields[field].search(map, scan: scan, &found)
                }
            }
        }
        found.append(positions, to: &list)
    }
}
