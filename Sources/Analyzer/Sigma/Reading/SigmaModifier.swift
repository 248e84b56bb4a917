import ExhaustCore

/// What stands behind a field's name, after `|`: how its values are meant.
enum SigmaModifier: String, CaseIterable {
    case contains, startswith, endswith, all, neq, cased, re, i, ignorecase, m, multiline, s, dotall, cidr, exists
    case base64, base64offset, wide, utf16, utf16le, utf16be, windash, lt, lte, gt, gte, fieldref, expand
    case minute, hour, day, week, month, year
}

/// Applies the modifiers of a field, one after the other.
struct SigmaModifiers {
    /// What is wrong with them, or their values.
    enum Failure: Error {
        case invalid(String)
        case unsupported(SigmaRule.Unsupported)
    }

    private var applied: [SigmaModifier] = []

    /// The modifiers by the names behind the field.
    static func parse(_ names: some Sequence<Substring>) throws(Failure) -> [SigmaModifier] {
        var modifiers: [SigmaModifier] = []
        for name in names {
            guard let modifier = SigmaModifier(rawValue: String(name)) else {
                let near = Spelling.nearest(to: String(name), among: SigmaModifier.allCases.map(\.rawValue))
                throw .invalid("unknown modifier '\(name)'" + (near.map { ", did you mean '\($0)'?" } ?? ""))
            }
            modifiers.append(modifier)
        }
        return modifiers
    }

    /// `values` as the modifiers make them; `all` and `neq` are the item's.
    static func apply(_ modifiers: [SigmaModifier], to values: [SigmaValue]) throws(Failure) -> [SigmaValue] {
        var state = SigmaModifiers()
        var values = values
        for modifier in modifiers {
            var changed: [SigmaValue] = []
            for value in values { changed.append(try state.change(value, modifier)) }
            values = changed
            state.applied.append(modifier)
        }
        return values
    }

    private func change(_ value: SigmaValue, _ modifier: SigmaModifier) throws(Failure) -> SigmaValue {
        if case .oneOf(let values) = value {
            var changed: [SigmaValue] = []
            for value in values { changed.append(try change(value, modifier)) }
            return .oneOf(changed)
        }
        switch (modifier, value) {
        case (.all, _), (.neq, _): return value
        case (.contains, .text(let text, let isCased)):
            return .text(text.afterAnything().beforeAnything(), isCased: isCased)
        case (.startswith, .text(let text, let isCased)): return .text(text.beforeAnything(), isCased: isCased)
        case (.endswith, .text(let text, let isCased)): return .text(text.afterAnything(), isCased: isCased)
        // An expression is looked for anywhere, so that there is nothing to add.
        case (.contains, .regex), (.startswith, .regex), (.endswith, .regex): return value
        case (.contains, .field(let name, _, _)): return .field(name, atStart: true, atEnd: true)
        case (.startswith, .field(let name, _, let atEnd)): return .field(name, atStart: true, atEnd: atEnd)
        case (.endswith, .field(let name, let atStart, _)): return .field(name, atStart: atStart, atEnd: true)
        case (.cased, .text(let text, _)): return .text(text, isCased: true)
        case (.re, .text(let text, _)): return .regex(try regex(try alone(text, modifier)))
        case (.i, .regex(let pattern)), (.ignorecase, .regex(let pattern)):
            return .regex(try regex("(?i)" + pattern.pattern))
        case (.m, .regex(let pattern)), (.multiline, .regex(let pattern)):
            return .regex(try regex("(?m)" + pattern.pattern))
        case (.s, .regex(let pattern)), (.dotall, .regex(let pattern)):
            return .regex(try regex("(?s)" + pattern.pattern))
        case (.cidr, .text(let text, _)): return .network(try network(try alone(text, modifier)))
        case (.exists, .bool(let flag)) where applied.isEmpty: return .exists(flag)
        case (.fieldref, .text(let text, _)):
            return .field(try plain(text, modifier), atStart: false, atEnd: false)
        case (.lt, .number(let number)): return .compare(.less, number)
        case (.lte, .number(let number)): return .compare(.lessOrEqual, number)
        case (.gt, .number(let number)): return .compare(.greater, number)
        case (.gte, .number(let number)): return .compare(.greaterOrEqual, number)
        case (_, .text(let text, let isCased)): return try encode(text, isCased, modifier)
        default: throw unfit(value, modifier)
        }
    }

    private func encode(
        _ text: SigmaText, _ isCased: Bool, _ modifier: SigmaModifier
    ) throws(Failure) -> SigmaValue {
        switch modifier {
        case .wide, .utf16le: return .text(try widen(text, mark: [], modifier), isCased: isCased)
        case .utf16: return .text(try widen(text, mark: [.literal("\u{feff}")], modifier), isCased: isCased)
        case .utf16be: return .text(try widen(text, mark: [], modifier), isCased: isCased)
        case .base64:
            return .text(SigmaText(parts: [.literal(Base64.encode(try bytes(text, modifier)))]), isCased: isCased)
        case .base64offset:
            let bytes = try bytes(text, modifier)
            return .oneOf(Self.offsets(bytes).map { .text(SigmaText(parts: [.literal($0)]), isCased: isCased) })
        case .windash:
            guard let variants = SigmaDashes.variants(of: text) else {
                throw .invalid("windash takes at most \(SigmaDashes.limit) dashes in a value")
            }
            return .oneOf(variants.map { .text($0, isCased: isCased) })
        case .expand:
            throw .unsupported(.init(reason: "'expand' asks for a list of values that stands outside the rule"))
        case .minute, .hour, .day, .week, .month, .year:
            throw .unsupported(.init(reason: "'\(modifier.rawValue)' asks for a part of a time"))
        default: throw unfit(.text(text), modifier)
        }
    }

    private func unfit(_ value: SigmaValue, _ modifier: SigmaModifier) -> Failure {
        let kind =
            switch value {
            case .text: "text"
            case .number: "a number"
            case .bool: "a truth value"
            case .null: "null"
            default: "what the modifiers before it made"
            }
        return .invalid("'\(modifier.rawValue)' does not take \(kind)")
    }

    private func alone(_ text: SigmaText, _ modifier: SigmaModifier) throws(Failure) -> String {
        guard applied.isEmpty else { throw .invalid("'\(modifier.rawValue)' must be the first modifier") }
        return try plain(text, modifier)
    }

    private func plain(_ text: SigmaText, _ modifier: SigmaModifier) throws(Failure) -> String {
        guard let plain = text.plain else { throw .invalid("'\(modifier.rawValue)' takes no wildcards") }
        return plain
    }

    private func regex(_ pattern: String) throws(Failure) -> LinearRegex {
        do {
            return try LinearRegex(pattern)
        } catch {
            throw .invalid(error.description)
        }
    }

    private func network(_ text: String) throws(Failure) -> SigmaNetwork {
        guard let network = SigmaNetwork(text) else { throw .invalid("'\(text)' is no network") }
        return network
    }

    /// Each character as two bytes, which only keeps text for ASCII.
    private func widen(
        _ text: SigmaText, mark: [SigmaText.Part], _ modifier: SigmaModifier
    ) throws(Failure) -> SigmaText {
        let wide = try text.mapLiterals { literal throws(Failure) in
            guard literal.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw .invalid("'\(modifier.rawValue)' takes ASCII alone")
            }
            return literal.reduce(into: "") { $0 += modifier == .utf16be ? "\0\($1)" : "\($1)\0" }
        }
        return SigmaText(parts: mark + wide.parts)
    }

    private func bytes(_ text: SigmaText, _ modifier: SigmaModifier) throws(Failure) -> [UInt8] {
        let isMarked = applied.contains(.utf16) && text.parts.first == .literal("\u{feff}")
        let text = isMarked ? SigmaText(parts: Array(text.parts.dropFirst())) : text
        return (isMarked ? [0xff, 0xfe] : []) + Array(try plain(text, modifier).utf8)
    }

    /// What base 64 makes of `bytes` wherever they begin, without the characters that neighbours share.
    private static func offsets(_ bytes: [UInt8]) -> [String] {
        (0..<3).map { offset in
            let text = Base64.encode([UInt8](repeating: 32, count: offset) + bytes)
            let tail = [0, 3, 2][(bytes.count + offset) % 3]
            return String(text.dropFirst([0, 2, 3][offset]).dropLast(tail))
        }
    }
}
