import ExhaustCore

@testable import Analyzer

/// What a literal means, in the plainest words; the index is compared with this.
extension LiteralRequirement {
    /// Whether one of the literals occurs in `data`; if `ignoringCase`, all of them do so in either case.
    func isMet(by data: ValueMap, ignoringCase: Bool = false) -> Bool {
        anyOf.contains { $0.occurs(in: data, ignoringCase: ignoringCase) }
    }
}

extension Literal {
    func occurs(in data: ValueMap, ignoringCase: Bool) -> Bool {
        guard let list else { return occurs(inMap: data, ignoringCase) }
        return data[list]?.list?.contains { $0.map.map { occurs(inMap: $0, ignoringCase) } ?? false } ?? false
    }

    private func occurs(inMap map: ValueMap, _ ignoringCase: Bool) -> Bool {
        guard let value = map[field] else { return false }
        if text.isEmpty, kind != .equals { return true }
        return texts(of: value).contains { stands(in: $0, ignoringCase) }
    }

    private func texts(of value: Value) -> [String] {
        switch value {
        case .list(let elements): elements.filter { $0.list == nil && $0.map == nil }.flatMap { texts(of: $0) }
        case .map(let map): map.keys
        case .string(let text): [text]
        case .int(let number): ["\(number)"]
        case .uint(let number): ["\(number)"]
        case .bool(let flag): ["\(flag)"]
        case .double(let number): ["\(number)"] + (Int64(exactly: number).map { ["\($0)"] } ?? [])
        default: []
        }
    }

    private func stands(in other: String, _ ignoringCase: Bool) -> Bool {
        var (text, other) = (Array(text.utf8), Array(other.utf8))
        if isCaseInsensitive || ignoringCase {
            text = text.map { (65...90).contains($0) ? $0 + 32 : $0 }
            other = other.map { (65...90).contains($0) ? $0 + 32 : $0 }
        }
        switch kind {
        case .equals: return text == other
        case .prefix: return other.starts(with: text)
        case .suffix: return other.suffix(text.count).elementsEqual(text)
        case .contains: return other.indices.contains { other[$0...].starts(with: text) }
        }
    }
}
