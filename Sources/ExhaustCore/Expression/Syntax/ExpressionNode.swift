/// A parsed expression as a tree. Names of macro variables are resolved to slots, functions to their code.
package struct ExpressionNode: Sendable {
    package let kind: Kind
    /// Where it begins, in bytes from the start of the source; for an operator, where that stands.
    package let offset: Int
    /// Levels of the tree from here down; the parser bounds it, so that evaluation cannot overflow the stack.
    package let depth: Int

    /// What stands at a node.
    package indirect enum Kind: Sendable {
        case literal(Value)
        /// A name that the bindings give.
        case name(String)
        /// The variable of a macro, counted from the outermost.
        case variable(Int)
        case select(ExpressionNode, String, isOptional: Bool)
        case has(ExpressionNode, String)
        case index(ExpressionNode, ExpressionNode, isOptional: Bool)
        case list([Element])
        case map([Entry])
        case not(ExpressionNode)
        case negate(ExpressionNode)
        case and([ExpressionNode])
        case or([ExpressionNode])
        case conditional(ExpressionNode, ExpressionNode, ExpressionNode)
        case binary(Operator, ExpressionNode, ExpressionNode)
        case call(ExpressionFunction, [ExpressionNode])
        /// A call that fails when it is reached; only where a scope asks for that.
        case unknownCall(String)
        case macro(ExpressionMacro)
        case bind(ExpressionBinding)
    }

    /// An element of a list literal; `[?optional]` is there only if the optional has a value.
    package struct Element: Sendable {
        package let value: ExpressionNode
        package let isOptional: Bool
    }

    /// A key with its value in a map literal, of which `?key: optional` is there only if the optional has a value.
    package struct Entry: Sendable {
        package let key: ExpressionNode
        package let value: ExpressionNode
        package let isOptional: Bool
    }

    /// Operators with two operands that are always both evaluated.
    package enum Operator: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case contained = "in"
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
    }
}

/// A loop over a list's elements or a map's keys; with two variables over indexes and elements, or keys and values.
package struct ExpressionMacro: Sendable {
    /// The macro by its name in the text; `exists_one` may be written `existsOne` too.
    package enum Kind: String, Sendable, CaseIterable {
        case all, exists
        case existsOne = "exists_one"
        case map, filter, transformList, transformMap, transformMapEntry
    }

    package let kind: Kind
    package let range: ExpressionNode
    /// The slot of the loop's variable.
    package let variable: Int
    /// Whether there is a second one, in the slot behind.
    package let isPaired: Bool
    /// What must hold of an element; where there is a transform, what must hold for it to be taken, if anything.
    package let condition: ExpressionNode?
    /// What is made of an element.
    package let transform: ExpressionNode?
}

/// A value with a name for as long as a body lasts.
package struct ExpressionBinding: Sendable {
    /// What is bound, and what becomes of it.
    package enum Kind: Sendable {
        /// `cel.bind(name, value, body)`.
        case value
        /// `optional.optMap(name, body)`: the optional's content, and the body's value as an optional.
        case content
        /// `optional.optFlatMap(name, body)`, whose body gives an optional.
        case flatContent
    }

    package let kind: Kind
    package let value: ExpressionNode
    package let variable: Int
    package let body: ExpressionNode
}

extension ExpressionNode {
    /// The nodes directly below, in the order of the text.
    package var children: [ExpressionNode] {
        switch kind {
        case .literal, .name, .variable, .unknownCall: []
        case .select(let base, _, _), .has(let base, _), .not(let base), .negate(let base): [base]
        case .index(let base, let index, _): [base, index]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .and(let operands), .or(let operands): operands
        case .conditional(let condition, let first, let second): [condition, first, second]
        case .binary(_, let left, let right): [left, right]
        case .call(_, let arguments): arguments
        case .macro(let macro): [macro.range] + [macro.condition, macro.transform].compactMap(\.self)
        case .bind(let binding): [binding.value, binding.body]
        }
    }
}
