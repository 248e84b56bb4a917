/// Lists and maps as the text writes them.
extension ExpressionCompiler {
    static func list(_ elements: [Node.Element], _ offset: Int) throws(Failure) -> ExpressionStep {
        var steps: [(step: ExpressionStep, isOptional: Bool, offset: Int)] = []
        for element in elements {
            steps.append((try step(of: element.value), element.isOptional, element.value.offset))
        }
        return { [steps] evaluation throws(Failure) in
            try evaluation.charge(offset)
            var values: [Value] = []
            values.reserveCapacity(steps.count)
            for element in steps {
                let value = try element.step(&evaluation)
                guard element.isOptional else {
                    values.append(value)
                    continue
                }
                if let content = try content(of: value, element.offset) { values.append(content) }
            }
            return .list(values)
        }
    }

    static func map(_ entries: [Node.Entry], _ offset: Int) throws(Failure) -> ExpressionStep {
        var steps: [(key: ExpressionStep, value: ExpressionStep, entry: Node.Entry)] = []
        for entry in entries { steps.append((try step(of: entry.key), try step(of: entry.value), entry)) }
        return { [steps] evaluation throws(Failure) in
            try evaluation.charge(offset)
            var map = ExpressionMapBuilder()
            for step in steps {
                let key = try step.key(&evaluation)
                let place = step.entry.key.offset
                var value = try step.value(&evaluation)
                if step.entry.isOptional {
                    guard let content = try content(of: value, step.entry.value.offset) else { continue }
                    value = content
                }
                do throws(ExpressionProblem) {
                    try evaluation.meter.charge(for: key)
                    try map.add(key, value)
                } catch {
                    throw Failure(problem: error, offset: place)
                }
            }
            return map.value
        }
    }

    /// What the optional `value` holds.
    static func content(of value: Value, _ offset: Int) throws(Failure) -> Value? {
        guard case .computed(.optional(let content)) = value else {
            throw Failure(problem: .noOverload("'?'", value.typeName), offset: offset)
        }
        return content
    }
}

/// A map in the making, which knows other keys than strings only once it meets one.
struct ExpressionMapBuilder {
    private var plain = ValueMap()
    private var keyed: KeyedMap?

    var value: Value { keyed.map { .computed(.map($0)) } ?? .map(plain) }

    mutating func add(_ key: Value, _ value: Value) throws(ExpressionProblem) {
        switch key {
        case .string, .bool, .int, .uint: break
        default: throw .noOverload("a map's key", key.typeName)
        }
        if keyed == nil, case .string(let name) = key {
            guard plain[name] == nil else { throw .duplicateKey(name) }
            return plain[name] = value
        }
        var map = keyed ?? KeyedMap(plain)
        keyed = nil
        let isNew = map.append(key, value)
        keyed = map
        guard isNew else { throw .duplicateKey(ValueText.plain(key)) }
    }
}
