import Synchronization

/// How a field or element is taken out of a value: `.field`, `[index]`, `.?field` or `[?index]`.
struct ExpressionAccess: Sendable {
    /// The field's name; `nil` for an index.
    let field: String?
    /// Whether what is absent gives an empty optional instead of an error.
    let isOptional: Bool

    /// The value under `key`. What is taken out of an optional is an optional.
    func value(of base: Value, _ key: Value) throws(ExpressionProblem) -> Value {
        if case .computed(.optional(let content)) = base {
            guard let content else { return base }
            return .computed(.optional(try find(key, in: content)))
        }
        let found = try find(key, in: base)
        if isOptional { return .computed(.optional(found)) }
        guard let found else { throw absence(of: key, in: base) }
        return found
    }

    /// Whether there is a value under `key`.
    func has(_ base: Value, _ key: Value) throws(ExpressionProblem) -> Bool {
        guard case .computed(.optional(let content)) = base else { return try find(key, in: base) != nil }
        guard let content else { return false }
        return try find(key, in: content) != nil
    }

    /// What to say where there is no value under `key`.
    func absence(of key: Value, in base: Value) -> ExpressionProblem {
        if let field { return .noSuchField(field) }
        if case .list = base { return .indexOutOfRange(key) }
        return .noSuchKey(key)
    }

    private func find(_ key: Value, in container: Value) throws(ExpressionProblem) -> Value? {
        switch container {
        case .map(let map):
            guard case .string(let name) = key else { return nil }
            return map[name]
        case .computed(.map(let map)): return map[key]
        case .list(let elements) where field == nil:
            guard let position = Self.position(key), elements.indices.contains(position) else { return nil }
            return elements[position]
        default:
            if let field { throw .noOverload("'.\(field)'", container.typeName) }
            throw .noOverload("'[]'", container.typeName, key.typeName)
        }
    }

    /// A number of any type that is whole, as a position.
    private static func position(_ index: Value) -> Int? {
        switch index {
        case .int(let number): Int(exactly: number)
        case .uint(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }
}

extension ExpressionCompiler {
    /// Where a field was found in the last event; the next one has it at the same place more often than not.
    private final class Place: Sendable {
        let position = Atomic<Int>(0)
    }

    static func index(
        _ access: ExpressionAccess, _ base: Node, _ index: Node, _ node: Node
    ) throws(Failure) -> ExpressionStep {
        if let key = constant(index) { return try self.access(access, base, key, node) }
        let offset = node.offset
        let base = try step(of: base)
        let index = try step(of: index)
        return { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let container = try base(&evaluation)
            let key = try index(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in
                try evaluation.meter.charge(for: key)
                return try access.value(of: container, key)
            }
        }
    }

    /// Access by a key that the text gives.
    static func access(
        _ access: ExpressionAccess, _ base: Node, _ key: Value, _ node: Node
    ) throws(Failure) -> ExpressionStep {
        let offset = node.offset
        let container = try step(of: base)
        let general: ExpressionStep = { evaluation throws(Failure) in
            try evaluation.charge(offset, 2)
            let container = try container(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in try access.value(of: container, key) }
        }
        guard case .name("data") = base.kind, case .string(let name) = key, !access.isOptional else { return general }
        let place = Place()
        return { evaluation throws(Failure) in
            guard let event = evaluation.event, !event.hidesData else { return try general(&evaluation) }
            try evaluation.charge(offset, 3)
            let position = place.position.load(ordering: .relaxed)
            var found = position
            guard let value = event.field(name, near: &found) else {
                throw Failure(problem: access.field == nil ? .noSuchKey(key) : .noSuchField(name), offset: offset)
            }
            if found != position { place.position.store(found, ordering: .relaxed) }
            return value
        }
    }

    static func has(_ base: Node, _ field: String, _ offset: Int) throws(Failure) -> ExpressionTest {
        let container = try step(of: base)
        let access = ExpressionAccess(field: field, isOptional: false)
        let general: ExpressionTest = { evaluation throws(Failure) in
            try evaluation.charge(offset)
            let container = try container(&evaluation)
            return try located(offset) { () throws(ExpressionProblem) in try access.has(container, .string(field)) }
        }
        guard case .name("data") = base.kind else { return general }
        return { evaluation throws(Failure) in
            guard let event = evaluation.event, !event.hidesData else { return try general(&evaluation) }
            try evaluation.charge(offset, 2)
            var place = 0
            return event.field(field, near: &place) != nil
        }
    }
}
