import ExhaustCore

/// The key of a fact: the rule's name and the values of its key expressions, such as `filesystem-filling:web-01:/mnt`.
struct FactKey: Sendable {
    let text: String
    let values: [Value]

    /// The key of `rule` in `bindings`, with `last` behind it.
    init(_ rule: Rule, in bindings: any Bindings, and last: Value? = nil) throws(ExpressionError) {
        var values: [Value] = []
        values.reserveCapacity(rule.key.count + 1)
        for expression in rule.key { values.append(try expression.evaluate(in: bindings)) }
        if let last { values.append(last) }
        self.init(rule.fact, values)
    }

    /// The key of a fact by name and values.
    init(_ fact: String, _ values: [Value]) {
        var text = fact
        for value in values {
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
