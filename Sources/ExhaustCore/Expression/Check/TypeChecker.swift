/// Infers the types of an expression's parts before it runs, and finds what can only be wrong.
///
/// What might be right is let pass: a field that may be absent, numbers of different types that are compared, values
/// whose types only a run tells.
struct TypeChecker {
    typealias Failure = ExpressionParser.Failure

    /// The types of the names that the bindings give.
    private let names: [String: ExpressionType]
    /// The types of macro variables in scope, by their slots.
    private var variables: [ExpressionType] = []
    private var unifier = TypeUnifier()

    init(_ names: [String: ExpressionType]) { self.names = names }

    /// The type of `node`, which must be one of `types` if there are any, for `user`.
    @discardableResult
    mutating func type(
        of node: ExpressionNode, for user: String, among types: [ExpressionType]
    ) throws(Failure) -> ExpressionType {
        let type = try type(of: node)
        var isFit = types.isEmpty
        for expected in types where !isFit { isFit = unifier.fits(type, expected) }
        guard isFit else {
            let wanted = types.map(\.description).joined(separator: " or ")
            throw failure("\(user) must be \(wanted), not \(text(type))", node)
        }
        return unifier.resolved(type, final: true)
    }

    private mutating func condition(_ node: ExpressionNode, for user: String) throws(Failure) {
        try type(of: node, for: user, among: [.bool])
    }

    private mutating func type(of node: ExpressionNode) throws(Failure) -> ExpressionType {
        switch node.kind {
        case .literal(let value): return ExpressionType(of: value)
        case .name(let name): return try self.name(name, node)
        case .variable(let slot): return variables[slot]
        case .select(let base, let field, let isOptional):
            let type = try type(of: base)
            return optional(if: isOptional, try self.field(field, of: type, node, at: isOptional ? 2 : 1))
        case .has(let base, let field):
            let type = try type(of: base)
            _ = try self.field(field, of: type, node, at: 0)
            return .bool
        case .index(let base, let index, let isOptional):
            return optional(if: isOptional, try element(of: base, at: index, node))
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries)
        case .not(let operand):
            try condition(operand, for: "what follows '!'")
            return .bool
        case .negate(let operand):
            return try apply(FunctionSignatures.negation, "'-'", [operand], node)
        case .and(let operands): return try logic(operands, "'&&'")
        case .or(let operands): return try logic(operands, "'||'")
        case .conditional(let condition, let first, let second):
            try self.condition(condition, for: "what stands before '?'")
            let type = try type(of: first)
            return unifier.joined(type, try self.type(of: second))
        case .binary(let operation, let left, let right): return try binary(operation, left, right, node)
        case .call(let function, let arguments):
            guard let overloads = FunctionSignatures.overloads(of: function.name, isMethod: function.isMethod) else {
                return .dyn
            }
            return try apply(overloads, function.name, arguments, node)
        case .unknownCall: return .dyn
        case .macro(let macro): return try self.macro(macro)
        case .bind(let binding): return try bind(binding)
        }
    }

    private mutating func logic(_ operands: [ExpressionNode], _ user: String) throws(Failure) -> ExpressionType {
        for operand in operands { try condition(operand, for: "what stands beside \(user)") }
        return .bool
    }

    private func name(_ name: String, _ node: ExpressionNode) throws(Failure) -> ExpressionType {
        if let type = names[name] ?? ExpressionType(named: name) { return type }
        let known = names.keys.sorted()
        let advice =
            Spelling.nearest(to: name, among: known).map { ", did you mean '\($0)'?" }
            ?? "; known here: \(known.joined(separator: ", "))"
        throw failure("unknown name '\(name)'\(advice)", node)
    }

    func failure(_ reason: String, _ node: ExpressionNode, at distance: Int = 0) -> Failure {
        Failure(problem: .type(reason), offset: node.offset + distance)
    }

    /// The type as messages say it.
    func text(_ type: ExpressionType) -> String { unifier.resolved(type, final: true).description }
}

// Calls, operators and literals.
extension TypeChecker {
    /// The result of the first overload that takes the values; `dyn` where their types leave it open which one does.
    private mutating func apply(
        _ overloads: [FunctionSignature], _ name: String, _ arguments: [ExpressionNode], _ node: ExpressionNode
    ) throws(Failure) -> ExpressionType {
        var types: [ExpressionType] = []
        for argument in arguments { types.append(try type(of: argument)) }
        let start = unifier
        var found: (type: ExpressionType, state: TypeUnifier)?
        for overload in overloads {
            unifier = start
            guard let result = self.result(of: overload, types) else { continue }
            guard let first = found else {
                found = (result, unifier)
                if types.allSatisfy({ !$0.isOpen(in: start) }) { break }
                continue
            }
            if unifier.resolved(result) != first.state.resolved(first.type) {
                unifier = start
                return .dyn
            }
        }
        unifier = found?.state ?? start
        if let found { return found.type }
        throw failure("\(name) does not take \(types.map(text).joined(separator: " and "))", node)
    }

    /// What an overload gives for values of these types; `nil` if it does not take them.
    private mutating func result(of overload: FunctionSignature, _ types: [ExpressionType]) -> ExpressionType? {
        guard let parameters = overload.parameters(for: types.count) else { return nil }
        var names: [Int: ExpressionType] = [:]
        for (type, alternatives) in zip(types, parameters) {
            var isTaken = false
            for alternative in alternatives where !isTaken {
                isTaken = unifier.fits(type, alternative.renamed(&names, &unifier))
            }
            guard isTaken else { return nil }
        }
        return overload.result.renamed(&names, &unifier)
    }

    private mutating func binary(
        _ operation: ExpressionNode.Operator, _ left: ExpressionNode, _ right: ExpressionNode, _ node: ExpressionNode
    ) throws(Failure) -> ExpressionType {
        switch operation {
        case .equal, .notEqual:
            let (one, other) = (try type(of: left), try type(of: right))
            guard canEqual(one, other) else {
                throw failure("'\(operation.rawValue)' compares \(text(one)) with \(text(other)): never equal", node)
            }
            return .bool
        case .contained: return try contained(left, in: right, node)
        default:
            let overloads = FunctionSignatures.overloads(of: operation)
            return try apply(overloads, "'\(operation.rawValue)'", [left, right], node)
        }
    }

    private mutating func contained(
        _ value: ExpressionNode, in container: ExpressionNode, _ node: ExpressionNode
    ) throws(Failure) -> ExpressionType {
        let type = try type(of: value)
        switch unifier.resolved(try self.type(of: container)) {
        case .list(let element), .map(let element, _):
            guard canEqual(type, element) else {
                throw failure("'in' looks for \(text(type)) among \(text(element)): never there", node)
            }
        case .record(let record):
            if case .literal(.string(let key)) = value.kind {
                _ = try field(key, of: .record(record), value, at: 0)
            } else if !unifier.fits(type, .string) {
                throw failure("'in' looks for \(text(type)) among string: never there", node)
            }
        case .dyn, .parameter: break
        case let other: throw failure("'in' does not take \(text(type)) and \(text(other))", node)
        }
        return .bool
    }

    /// Whether values of these types can be equal: numbers compare with each other, others need the same type.
    private mutating func canEqual(_ left: ExpressionType, _ right: ExpressionType) -> Bool {
        switch (unifier.resolved(left), unifier.resolved(right)) {
        case (.list(let left), .list(let right)): canEqual(left, right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            canEqual(leftKey, rightKey) && canEqual(leftValue, rightValue)
        case (let left, let right): left.isNumber && right.isNumber || unifier.fits(left, right)
        }
    }

    private mutating func list(_ elements: [ExpressionNode.Element]) throws(Failure) -> ExpressionType {
        var joined: ExpressionType?
        for element in elements {
            var type = try type(of: element.value)
            if element.isOptional { type = try content(of: type, element.value) }
            joined = joined.map { unifier.joined($0, type) } ?? type
        }
        return .list(joined ?? unifier.unknown())
    }

    private mutating func map(_ entries: [ExpressionNode.Entry]) throws(Failure) -> ExpressionType {
        var joined: (key: ExpressionType, value: ExpressionType)?
        for entry in entries {
            let key = try type(of: entry.key)
            if [.null, .double, .bytes].contains(unifier.resolved(key)) {
                throw failure("a map's key must be int, uint, bool or string, not \(text(key))", entry.key)
            }
            var value = try type(of: entry.value)
            if entry.isOptional { value = try content(of: value, entry.value) }
            joined = joined.map { (unifier.joined($0.key, key), unifier.joined($0.value, value)) } ?? (key, value)
        }
        return .map(joined?.key ?? unifier.unknown(), joined?.value ?? unifier.unknown())
    }

    /// What an optional holds.
    private mutating func content(of type: ExpressionType, _ node: ExpressionNode) throws(Failure) -> ExpressionType {
        let content = unifier.unknown()
        guard unifier.fits(type, .optional(content)) else {
            throw failure("an optional is wanted here, not \(text(type))", node)
        }
        return content
    }
}

// Fields and elements.
extension TypeChecker {
    private func optional(if isOptional: Bool, _ type: ExpressionType) -> ExpressionType {
        if case .named("optional", _) = type { return type }
        return isOptional ? .optional(type) : type
    }

    /// The type of a field. `distance` is how far behind the node's begin its name stands.
    private mutating func field(
        _ name: String, of base: ExpressionType, _ node: ExpressionNode, at distance: Int
    ) throws(Failure) -> ExpressionType {
        switch unifier.resolved(base) {
        case .dyn, .parameter: return .dyn
        case .record(let record):
            if let type = record.fields[name] { return type }
            if record.isOpen { return .dyn }
            throw failure(record.lack(of: name), node, at: distance)
        case .map(let key, let value):
            if unifier.fits(.string, key) { return value }
        case .named("optional", let content):
            return .optional(try field(name, of: content[0], node, at: distance))
        default: break
        }
        throw failure("'.\(name)' does not take \(text(base))", node)
    }

    private mutating func element(
        of base: ExpressionNode, at index: ExpressionNode, _ node: ExpressionNode
    ) throws(Failure) -> ExpressionType {
        let type = try type(of: base)
        if case .literal(.string(let name)) = index.kind {
            if case .list = unifier.resolved(type) {} else { return try field(name, of: type, index, at: 0) }
        }
        let place = try self.type(of: index)
        return try element(of: type, at: place, node)
    }

    private mutating func element(
        of base: ExpressionType, at place: ExpressionType, _ node: ExpressionNode
    ) throws(Failure) -> ExpressionType {
        switch unifier.resolved(base) {
        case .dyn, .parameter: return .dyn
        case .record: if unifier.fits(place, .string) { return .dyn }
        case .list(let element): if unifier.resolved(place).isNumber || unifier.fits(place, .int) { return element }
        case .map(let key, let value): if canEqual(place, key) { return value }
        case .named("optional", let content): return .optional(try element(of: content[0], at: place, node))
        default: break
        }
        throw failure("'[]' does not take \(text(base)) and \(text(place))", node)
    }
}

// Macros.
extension TypeChecker {
    private mutating func macro(_ macro: ExpressionMacro) throws(Failure) -> ExpressionType {
        let range = try type(of: macro.range)
        guard let (first, second) = elements(of: unifier.resolved(range), isPaired: macro.isPaired) else {
            throw failure("\(macro.kind.rawValue) does not take \(text(range))", macro.range)
        }
        let outer = variables
        variables += macro.isPaired ? [first, second] : [first]
        defer { variables = outer }
        if let condition = macro.condition {
            try self.condition(condition, for: "the condition of \(macro.kind.rawValue)")
        }
        let result = if let transform = macro.transform { try type(of: transform) } else { ExpressionType.bool }
        switch macro.kind {
        case .all, .exists, .existsOne: return .bool
        case .filter: return .list(first)
        case .map, .transformList: return .list(result)
        case .transformMap: return .map(first, result)
        case .transformMapEntry:
            let entry = ExpressionType.map(unifier.unknown(), unifier.unknown())
            guard unifier.fits(result, entry) else {
                throw failure("transformMapEntry makes maps, not \(text(result))", macro.transform ?? macro.range)
            }
            return entry
        }
    }

    /// What a loop's variables hold; `nil` if there is no loop over such a type.
    private func elements(
        of range: ExpressionType, isPaired: Bool
    ) -> (first: ExpressionType, second: ExpressionType)? {
        switch range {
        case .dyn, .parameter: (.dyn, .dyn)
        case .list(let element): isPaired ? (.int, element) : (element, .dyn)
        case .map(let key, let value): (key, value)
        case .record: (.string, .dyn)
        default: nil
        }
    }

    private mutating func bind(_ binding: ExpressionBinding) throws(Failure) -> ExpressionType {
        var value = try type(of: binding.value)
        if binding.kind != .value { value = try content(of: value, binding.value) }
        let outer = variables
        variables.append(value)
        defer { variables = outer }
        let result = try type(of: binding.body)
        switch binding.kind {
        case .value: return result
        case .content: return .optional(result)
        case .flatContent: return .optional(try content(of: result, binding.body))
        }
    }
}
