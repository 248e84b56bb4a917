import ExhaustCore

/// The key of a fact: the rule's name and the values of its key expressions, such as `filesystem-filling:web-01:/mnt`.
struct FactKey: Sendable {
    let text: String
    let values: [Value]

    /// The key of `rule` in `bindings`.
    init(_ rule: Rule, in bindings: any Bindings) throws(ExpressionError) {
        var text = rule.fact
        var values: [Value] = []
        for expression in rule.key {
            let value = try expression.evaluate(in: bindings)
            values.append(value)
            text += ":"
            text += Self.escaped(value.string ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self))
        }
        self.text = text
        self.values = values
    }

    /// Escapes the separator, so that different values never give the same key.
    private static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "\\") }) else { return part }
        return part.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    }
}
