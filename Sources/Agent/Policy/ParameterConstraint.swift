package import ExhaustCore

/// A test of one parameter's value.
package struct ParameterConstraint: Sendable, Hashable {
    private enum Test: Sendable, Hashable {
        case oneOf(Set<Value>)
        case prefix(String)
        case within(folder: String)
        case atLeast(Duration)
        case atMost(Duration)
    }

    private let tests: [Test]

    /// Reads a constraint on a parameter of `kind`. The message of the error says what is wrong, not where.
    init(_ source: PolicyFile.Constraint, kind: ParameterKind) throws(ConstraintError) {
        var tests: [Test] = []
        if let values = source.oneOf {
            var read: Set<Value> = []
            for value in values {
                guard let value = kind.read(value) else { throw ConstraintError("one_of: not \(kind.form)") }
                read.insert(value)
            }
            tests.append(.oneOf(read))
        }
        if let prefix = source.prefix { tests.append(try Self.prefix(prefix, kind: kind)) }
        if let least = source.min { tests.append(.atLeast(try Self.duration(least, kind: kind))) }
        if let most = source.max { tests.append(.atMost(try Self.duration(most, kind: kind))) }
        guard tests.isEmpty == (source.any == true) else {
            throw ConstraintError(
                tests.isEmpty
                    ? "says nothing; give one_of, prefix, min or max, or any: true" : "any: true excludes other tests")
        }
        self.tests = tests
    }

    /// Whether `value`, which its kind has read, passes.
    package func holds(for value: Value) -> Bool { tests.allSatisfy { Self.holds($0, value) } }

    private static func holds(_ test: Test, _ value: Value) -> Bool {
        switch test {
        case .oneOf(let values): return values.contains(value)
        case .prefix(let prefix): return value.string?.utf8.starts(with: prefix.utf8) == true
        case .within(let folder):
            // Paths are clean by their kind: no `..` can lead out again.
            guard let text = value.string else { return false }
            return text == folder || text == folder + "/" || text.utf8.starts(with: "\(folder)/".utf8)
        case .atLeast(let least):
            if case .duration(let duration) = value { return duration >= least }
            return false
        case .atMost(let most):
            if case .duration(let duration) = value { return duration <= most }
            return false
        }
    }

    private static func prefix(_ text: String, kind: ParameterKind) throws(ConstraintError) -> Test {
        switch kind {
        case .path:
            guard let path = kind.read(.string(text))?.string else { throw ConstraintError("prefix: not \(kind.form)") }
            return .within(folder: path.hasSuffix("/") ? String(path.dropLast()) : path)
        case .service, .pattern: return .prefix(text)
        case .duration: throw ConstraintError("prefix: a duration has none; give min and max")
        }
    }

    private static func duration(_ value: Value, kind: ParameterKind) throws(ConstraintError) -> Duration {
        guard kind == .duration else { throw ConstraintError("min and max are for durations; this is \(kind.form)") }
        guard case .duration(let duration)? = kind.read(value) else {
            throw ConstraintError("min, max: not \(kind.form)")
        }
        return duration
    }
}

/// What is wrong with a constraint; the policy adds where.
struct ConstraintError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
