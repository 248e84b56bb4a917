package import ExhaustCore

extension Expression {
    package var requirement: LiteralRequirement? { RequirementReader(items: nil).whenTrue(root) }

    /// The requirement of a condition that is asked of the elements of a list in the data, as `item`.
    func requirement(ofItemsIn list: String) -> LiteralRequirement? { RequirementReader(items: list).whenTrue(root) }

    /// What an event must have for the expression to have a value at all.
    func requirementToEvaluate(ofItemsIn list: String?) -> LiteralRequirement? {
        RequirementReader(items: list).whenEvaluated(root)
    }

    /// The key of the data that this is and no more, such as that of `data["system.filesystem"]`.
    var dataKey: String? { RequirementReader(items: nil).field(root)?.key }
}

/// Reads off an expression what it requires of an event's data.
struct RequirementReader {
    typealias Node = ExpressionNode

    /// The key of the list of which `item` is an element, if there is one.
    let items: String?

    /// A key of the data or of an item.
    struct Field {
        let list: String?
        let key: String
        /// Whether the expression looks at the text with the case of its letters changed.
        var isCaseInsensitive = false

        func literal(_ kind: Literal.Kind, _ text: String) -> LiteralRequirement {
            LiteralRequirement(anyOf: [
                Literal(kind, text, in: key, of: list, isCaseInsensitive: isCaseInsensitive)
            ])
        }

        var presence: LiteralRequirement { LiteralRequirement(anyOf: [.presence(of: key, in: list)]) }
    }

    /// What must be so where `node` is true. An error makes it no truth: `&&` needs both sides however one of them
    /// fails, and of `||` one side is true whatever becomes of the other.
    func whenTrue(_ node: Node) -> LiteralRequirement? {
        switch node.kind {
        case .literal(.bool(false)): LiteralRequirement(anyOf: [])
        case .and(let operands): operands.reduce(nil) { .both($0, whenTrue($1)) }
        case .or(let operands): any(of: operands.map(whenTrue))
        case .conditional(let condition, let first, let second):
            .both(whenEvaluated(condition), .either(.both(whenTrue(condition), whenTrue(first)), whenTrue(second)))
        case .has(let base, let key): .both(whenEvaluated(base), field(key, of: base)?.presence)
        case .binary(.equal, let left, let right):
            .both(whenEvaluated(node), equality(left, right) ?? equality(right, left))
        case .binary(.contained, let value, let container):
            .both(whenEvaluated(node), membership(of: value, in: container))
        case .call(let function, let arguments): .both(whenEvaluated(node), call(function.name, arguments))
        default: whenEvaluated(node)
        }
    }

    /// What must be so where `node` has a value, whatever it is.
    func whenEvaluated(_ node: Node) -> LiteralRequirement? {
        if let field = field(node) { return field.presence }
        return switch node.kind {
        case .literal, .name, .variable, .unknownCall, .bind: nil
        case .select(let base, _, _), .has(let base, _), .not(let base), .negate(let base): whenEvaluated(base)
        // A decided operand absorbs the errors of all others.
        case .and(let operands), .or(let operands): any(of: operands.map(whenEvaluated))
        case .conditional(let condition, let first, let second):
            .both(whenEvaluated(condition), .either(whenEvaluated(first), whenEvaluated(second)))
        case .macro(let macro): whenEvaluated(macro.range)
        case .call(let function, let arguments):
            // These evaluate what they are given only where there is nothing else.
            all(of: ["or", "orValue"].contains(function.name) ? Array(arguments.prefix(1)) : arguments)
        case .index, .list, .map, .binary: all(of: node.children)
        }
    }

    private func any(of requirements: [LiteralRequirement?]) -> LiteralRequirement? {
        var all: [Literal] = []
        var known: Set<Literal> = []
        for requirement in requirements {
            guard let requirement else { return nil }
            all += requirement.anyOf.filter { known.insert($0).inserted }
        }
        return LiteralRequirement(anyOf: all)
    }

    private func all(of nodes: [Node]) -> LiteralRequirement? {
        nodes.reduce(nil) { .both($0, whenEvaluated($1)) }
    }
}

// Fields and what is asked of them.
extension RequirementReader {
    /// The field that `node` is.
    func field(_ node: Node) -> Field? {
        switch node.kind {
        case .select(let base, let key, isOptional: false): field(key, of: base)
        case .index(let base, let index, isOptional: false): text(index).flatMap { field($0, of: base) }
        default: nil
        }
    }

    private func field(_ key: String, of base: Node) -> Field? {
        switch base.kind {
        case .name("data"): Field(list: nil, key: key)
        case .name("item"): items.map { Field(list: $0, key: key) }
        default: nil
        }
    }

    /// The field whose text `node` is, perhaps with its letters changed.
    private func subject(_ node: Node) -> Field? {
        guard case .call(let function, let arguments) = node.kind, arguments.count == 1,
            ["lowerAscii", "upperAscii"].contains(function.name)
        else { return field(node) }
        var field = subject(arguments[0])
        field?.isCaseInsensitive = true
        return field
    }

    private func equality(_ left: Node, _ right: Node) -> LiteralRequirement? {
        guard let field = subject(left), case .literal(let value) = right.kind else { return nil }
        return Self.text(of: value).map { field.literal(.equals, $0) }
    }

    /// The text that a field has if it equals `value`, in one of the ways in which it may be written; `nil` if there is
    /// none. Numbers that a double cannot hold are equal to others than themselves.
    private static func text(of value: Value) -> String? {
        let exact = (-(1 << 53) + 1)...(1 << 53 - 1) as ClosedRange<Int64>
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return exact.contains(number) ? "\(number)" : nil
        case .uint(let number): return Int64(exactly: number).flatMap { exact.contains($0) ? "\($0)" : nil }
        case .double(let number):
            guard let whole = Int64(exactly: number) else { return abs(number) < 0x1p53 ? "\(number)" : nil }
            return exact.contains(whole) ? "\(whole)" : nil
        default: return nil
        }
    }

    private func membership(of value: Node, in container: Node) -> LiteralRequirement? {
        if case .list(let elements) = container.kind {
            guard !elements.isEmpty else { return LiteralRequirement(anyOf: []) }
            return any(of: elements.map { $0.isOptional ? nil : equality(value, $0.value) })
        }
        if case .name("data") = container.kind { return text(value).flatMap { field($0, of: container)?.presence } }
        return equality(container, value)
    }

    private func call(_ name: String, _ arguments: [Node]) -> LiteralRequirement? {
        guard arguments.count == 2, let text = text(arguments[1]), let field = subject(arguments[0]) else { return nil }
        switch name {
        case "contains": return field.literal(.contains, text)
        case "startsWith": return field.literal(text.isEmpty ? .contains : .prefix, text)
        case "endsWith": return field.literal(text.isEmpty ? .contains : .suffix, text)
        case "matches":
            guard let read = RegexLiterals.read(text) else { return nil }
            var folded = field
            folded.isCaseInsensitive = field.isCaseInsensitive || read.isCaseInsensitive
            return LiteralRequirement(anyOf: read.texts.flatMap { folded.literal(.contains, $0).anyOf })
        default: return nil
        }
    }

    private func text(_ node: Node) -> String? {
        if case .literal(.string(let text)) = node.kind { text } else { nil }
    }
}
