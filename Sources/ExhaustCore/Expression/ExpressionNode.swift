/// A parsed expression as a tree. Names of macro variables are resolved to slots, functions to their code.
struct ExpressionNode: Sendable {
    let kind: Kind
    /// Where it begins, in bytes from the start of the source; for an operator, where that stands.
    let offset: Int
    /// Levels of the tree from here down; the parser bounds it, so that evaluation cannot overflow the stack.
    let depth: Int

    indirect enum Kind: Sendable {
        case literal(Value)
        /// A name that the bindings give.
        case name(String)
        /// The variable of a macro, counted from the outermost.
        case variable(Int)
        case select(ExpressionNode, String)
        case has(ExpressionNode, String)
        case index(ExpressionNode, ExpressionNode)
        case list([ExpressionNode])
        case map([Entry])
        case not(ExpressionNode)
        case negate(ExpressionNode)
        case and([ExpressionNode])
        case or([ExpressionNode])
        case conditional(ExpressionNode, ExpressionNode, ExpressionNode)
        case binary(Operator, ExpressionNode, ExpressionNode)
        case call(ExpressionFunction, [ExpressionNode])
        case macro(ExpressionMacro)
    }

    /// A key with its value in a map literal.
    struct Entry: Sendable {
        let key: ExpressionNode
        let value: ExpressionNode
    }

    /// Operators with two operands that are always both evaluated.
    enum Operator: String, Sendable {
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

/// A loop over a list's elements or a map's keys.
struct ExpressionMacro: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case all, exists
        case existsOne = "exists_one"
        case map, filter
    }

    let kind: Kind
    let range: ExpressionNode
    /// The slot of the loop's variable.
    let variable: Int
    /// What must hold of an element; for `map`, what must hold for it to be taken, if anything.
    let condition: ExpressionNode?
    /// What `map` makes of an element.
    let transform: ExpressionNode?
}
