@testable import Analyzer

/// The wishes that a rule has for one field, put together to a text that grants them all if it can.
struct FieldDraft {
    /// The whole value, where a rule asks for it.
    var whole: String?
    var starts: [String] = []
    var middles: [String] = []
    var ends: [String] = []
    /// Examples of regular expressions, which may want to stand alone.
    var examples: [String] = []

    var text: String {
        if let whole { return whole }
        if let example = examples.first, starts.isEmpty, middles.isEmpty, ends.isEmpty { return example }
        let middles = middles + examples
        let start = starts.first ?? (ends.first?.hasPrefix("/") == true ? "/opt/q" : "q ")
        return start + (starts.dropFirst() + middles).joined(separator: " ") + (ends.isEmpty ? " q" : ends.joined())
    }

    mutating func add(_ text: SigmaText) {
        let filled = text.parts.map { part in
            switch part {
            case .literal(let text): text
            case .many: "z"
            case .one: "y"
            }
        }
        let inner = text.parts.drop { $0 == .many }
        let isOpen = (start: text.parts.first == .many, end: text.parts.last == .many)
        let body = filled[inner.startIndex..<(isOpen.end ? max(inner.startIndex, filled.count - 1) : filled.count)]
            .joined()
        switch (isOpen.start, isOpen.end) {
        case (false, false): whole = body
        case (false, true): starts.append(body)
        case (true, false): ends.append(body)
        case (true, true): middles.append(body)
        }
    }
}

/// An event in the making: what each field is to be; keywords are under the empty name.
struct Draft {
    var fields: [String: FieldDraft] = [:]

    func with(_ field: String, _ value: SigmaValue) -> Draft {
        var draft = self
        var wish = draft.fields[field] ?? FieldDraft()
        switch value {
        case .text(let text, _):
            wish.add(field.isEmpty ? text.afterAnything().beforeAnything() : text)
        case .number(let number):
            if field.isEmpty { wish.middles.append(number.text) } else { wish.whole = number.text }
        case .bool(let flag): wish.whole = flag ? "true" : "false"
        case .regex(let regex): wish.examples.append(RegexExample.of(regex.pattern))
        case .compare(let comparison, let number):
            wish.whole = String(Int(number.double) + (comparison == .greater ? 1 : comparison == .less ? -1 : 0))
        case .field(let other, _, _):
            wish.whole = "same"
            draft.fields[other] = FieldDraft(whole: "same")
        case .oneOf(let values): return values.first.map { with(field, $0) } ?? self
        case .network(let network):
            wish.whole = Self.address(in: network)
        case .null, .exists: return self
        }
        draft.fields[field] = wish
        return draft
    }

    /// An address of the network; of the longer ones the first two bytes tell them apart.
    private static func address(in network: SigmaNetwork) -> String {
        let bytes = network.bytes
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return (bytes[0] == 0 ? "" : String(Int(bytes[0]) << 8 | Int(bytes[1]), radix: 16)) + "::1"
    }

    func merged(_ other: Draft) -> Draft {
        var draft = self
        for (field, wish) in other.fields {
            var sum = draft.fields[field] ?? FieldDraft()
            sum.whole = wish.whole ?? sum.whole
            sum.starts += wish.starts
            sum.middles += wish.middles
            sum.ends += wish.ends
            sum.examples += wish.examples
            draft.fields[field] = sum
        }
        return draft
    }

    /// The fields as text.
    var row: [String: String] { fields.mapValues(\.text) }
}
