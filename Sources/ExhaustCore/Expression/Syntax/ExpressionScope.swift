/// What an expression is parsed within: a container whose names need no prefix, and names that have dots in them.
package struct ExpressionScope: Sendable {
    /// The prefix that a name may leave out, such as `com.example`.
    package let container: String
    /// Names of the bindings with dots, which win over fields: `a.b.c` is the name before it is field `c` of `a.b`.
    package let names: Set<String>
    /// Whether a call of an unknown function is an error where it is reached, not where it is parsed.
    package let defersUnknownFunctions: Bool

    /// Neither container nor dotted names.
    static let plain = ExpressionScope()

    /// A scope for texts from elsewhere.
    package init(container: String = "", names: Set<String> = [], defersUnknownFunctions: Bool = false) {
        self.container = container
        self.names = names
        self.defersUnknownFunctions = defersUnknownFunctions
    }

    /// The name that `path` means, or nil: the one in the innermost part of the container wins.
    func resolve(_ path: String) -> String? {
        if path.hasPrefix(".") {
            let name = String(path.dropFirst())
            return isKnown(name) ? name : nil
        }
        var prefix = container[...]
        while !prefix.isEmpty {
            let name = "\(prefix).\(path)"
            if isKnown(name) { return name }
            prefix = prefix.lastIndex(of: ".").map { prefix[..<$0] } ?? ""
        }
        return isKnown(path) ? path : nil
    }

    private func isKnown(_ name: String) -> Bool { names.contains(name) || ExpressionTypes.dotted.contains(name) }
}

extension ExpressionParser {
    /// `value` with the longest run of names in it that is one name, if it is names and fields only.
    func resolved(_ value: ExpressionNode) throws(Failure) -> ExpressionNode {
        guard var path = Self.path(of: value) else { return value }
        var fields: [(name: String, offset: Int)] = []
        var rest = value
        while true {
            if let name = scope.resolve(path) { return try select(fields, of: node(.name(name), rest.offset, [])) }
            guard case .select(let base, let field, _) = rest.kind else { break }
            fields.append((field, rest.offset))
            path.removeLast(field.utf8.count + 1)
            rest = base
        }
        guard path.hasPrefix(".") else { return value }
        return try select(fields, of: node(.name(String(path.dropFirst())), rest.offset, []))
    }

    private func select(
        _ fields: [(name: String, offset: Int)], of root: ExpressionNode
    ) throws(Failure) -> ExpressionNode {
        var value = root
        for field in fields.reversed() {
            value = try node(.select(value, field.name, isOptional: false), field.offset, [value])
        }
        return value
    }

    /// The names of `a.b.c` as they were written; nil if `value` is anything else.
    static func path(of value: ExpressionNode) -> String? {
        switch value.kind {
        case .name(let name): name
        case .select(let base, let field, isOptional: false): path(of: base).map { $0 + "." + field }
        default: nil
        }
    }
}
