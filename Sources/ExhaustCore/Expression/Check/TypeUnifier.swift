/// Finds what parameters of signatures stand for, as CEL's checker does ("Gradual type checking" in its specification).
struct TypeUnifier {
    private var bound: [Int: ExpressionType] = [:]
    /// The first number that no capital letter has.
    private var next = 26

    /// A parameter that stands for a type not known yet.
    mutating func unknown() -> ExpressionType {
        next += 1
        return .parameter(next - 1)
    }

    /// Whether a value of `type` can be taken for one of `expected`; if so, their parameters are bound.
    mutating func fits(_ type: ExpressionType, _ expected: ExpressionType) -> Bool {
        let before = bound
        if unify(type, expected) { return true }
        bound = before
        return false
    }

    /// One type for values of both; `dyn` where they have nothing in common.
    mutating func joined(_ left: ExpressionType, _ right: ExpressionType) -> ExpressionType {
        fits(right, left) ? Self.general(left, right) : .dyn
    }

    /// The type with its parameters replaced by what they stand for. The ones that stand for nothing yet stay, or are
    /// `dyn` where they are `final`.
    func resolved(_ type: ExpressionType, final: Bool = false) -> ExpressionType {
        switch type {
        case .parameter(let number): bound[number].map { resolved($0, final: final) } ?? (final ? .dyn : type)
        case .list, .map, .nullable, .type, .named: type.mapParts { resolved($0, final: final) }
        default: type
        }
    }

    private mutating func unify(_ left: ExpressionType, _ right: ExpressionType) -> Bool {
        switch (left, right) {
        case (_, .parameter(let number)):
            if let agreed = agree(number, left) { return agreed }
            bind(number, left)
            return true
        case (.parameter(let number), _):
            if let agreed = agree(number, right) { return agreed }
            bind(number, right)
            return true
        case (.dyn, _), (_, .dyn), (.type, .type): return true
        case (.nullable(let left), .nullable(let right)): return unify(left, right)
        case (.null, .nullable), (.nullable, .null): return true
        case (.nullable(let left), _): return unify(left, right)
        case (_, .nullable(let right)): return unify(left, right)
        // CEL's checker takes null for a value that may be missing.
        case (.null, .named), (.named, .null), (.null, .timestamp), (.timestamp, .null), (.null, .duration),
            (.duration, .null):
            return true
        case (.list(let left), .list(let right)): return unify(left, right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            return unify(leftKey, rightKey) && unify(leftValue, rightValue)
        case (.record, .map(let key, let value)), (.map(let key, let value), .record):
            return unify(.string, key) && unify(.dyn, value)
        case (.record, .record): return true
        case (.named(let left, let own), .named(let right, let others)):
            guard left == right, own.count == others.count else { return false }
            for (own, other) in zip(own, others) where !unify(own, other) { return false }
            return true
        default: return left == right
        }
    }

    /// Whether `type` agrees with what the parameter stands for, which becomes the more general of the two; `nil` if it
    /// stands for nothing yet.
    private mutating func agree(_ number: Int, _ type: ExpressionType) -> Bool? {
        if type == .parameter(number) { return true }
        guard let known = bound[number] else { return nil }
        if known == type { return true }
        guard unify(type, known) else { return false }
        bind(number, Self.general(type, known))
        return true
    }

    /// Binds the parameter, unless it is part of the type.
    private mutating func bind(_ number: Int, _ type: ExpressionType) {
        if !resolved(type).contains(number) { bound[number] = type }
    }

    /// The more general of two types that agree.
    private static func general(_ left: ExpressionType, _ right: ExpressionType) -> ExpressionType {
        isGeneral(left, than: right) ? left : right
    }

    private static func isGeneral(_ left: ExpressionType, than right: ExpressionType) -> Bool {
        switch (left, right) {
        case (.dyn, _), (.parameter, _): true
        case (_, .dyn), (_, .parameter), (.null, _): false
        case (.nullable, _), (_, .null): true
        case (.list(let left), .list(let right)): isGeneral(left, than: right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            isGeneral(leftKey, than: rightKey) && isGeneral(leftValue, than: rightValue)
        case (.map, .record): true
        case (.named(_, let own), .named(_, let others)): zip(own, others).allSatisfy { isGeneral($0, than: $1) }
        default: left == right
        }
    }
}

extension ExpressionType {
    /// The type with its parts, if it has any, replaced.
    fileprivate func mapParts(_ transform: (ExpressionType) -> ExpressionType) -> ExpressionType {
        switch self {
        case .list(let element): .list(transform(element))
        case .map(let key, let value): .map(transform(key), transform(value))
        case .nullable(let type): .nullable(transform(type))
        case .type(let type): .type(transform(type))
        case .named(let name, let parameters): .named(name, parameters.map(transform))
        default: self
        }
    }

    /// The parameters replaced by others, the same for each.
    func renamed(_ names: inout [Int: ExpressionType], _ unifier: inout TypeUnifier) -> ExpressionType {
        if case .parameter(let number) = self {
            if let name = names[number] { return name }
            let name = unifier.unknown()
            names[number] = name
            return name
        }
        return mapParts { $0.renamed(&names, &unifier) }
    }

    fileprivate func contains(_ number: Int) -> Bool {
        switch self {
        case .parameter(let own): own == number
        case .list(let type), .nullable(let type), .type(let type): type.contains(number)
        case .map(let key, let value): key.contains(number) || value.contains(number)
        case .named(_, let parameters): parameters.contains { $0.contains(number) }
        default: false
        }
    }
}
