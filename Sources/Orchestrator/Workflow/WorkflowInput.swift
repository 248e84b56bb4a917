package import ExhaustCore

/// One typed input of a workflow.
package struct WorkflowInput: Sendable, Hashable {
    package let name: String
    package let type: InputType
    /// The value where an action gives none, already of the input's type; `nil` makes the input required.
    package let fallback: Value?
}

/// The types that an input can have.
package enum InputType: String, Sendable, CaseIterable {
    case string, int, bool, list, duration
    /// An absolute http or https URL; the empty string says that there is none.
    case url
    /// A host id.
    case host

    /// What a value of this type is, as errors say it.
    package var expectation: String {
        switch self {
        case .string: "a string"
        case .int: "an integer"
        case .bool: "true or false"
        case .list: "a list"
        case .duration: "a duration such as 30s or 10m"
        case .url: "an http or https URL"
        case .host: "a host id (a-z, 0-9 and -, at most 63)"
        }
    }

    /// `value` as expressions see it; `nil` if it is not of this type. Nothing is guessed: `"5"` is no integer.
    package func convert(_ value: Value) -> Value? {
        if self == .duration, let duration = value.string.flatMap({ Duration(text: $0) }) { return .duration(duration) }
        return holds(value) ? .some(value) : .none
    }

    private func holds(_ value: Value) -> Bool {
        switch (self, value) {
        case (.string, .string), (.int, .int), (.bool, .bool), (.list, .list), (.duration, .duration): true
        case (.url, .string(let text)): text.isEmpty || HTTPAddress.isValid(text)
        case (.host, .string(let text)): HostID(text) != nil
        default: false
        }
    }
}

extension Workflow {
    /// What the templates of one run see: every input, given or by default. Throws `ExhaustError` for inputs that are
    /// missing, unknown or of another type.
    package func scope(of given: ValueMap) throws(ExhaustError) -> ValueMap {
        for name in given.keys where !inputs.contains(where: { $0.name == name }) {
            throw ExhaustError(.invalidData, "workflow '\(self.name)' has no input '\(name)'")
        }
        var scope: ValueMap = [:]
        for input in inputs {
            guard let value = given[input.name] else {
                guard let fallback = input.fallback else {
                    throw ExhaustError(.invalidData, "input '\(input.name)' is missing")
                }
                scope[input.name] = fallback
                continue
            }
            guard let converted = input.type.convert(value) else {
                throw ExhaustError(
                    .invalidData, "input '\(input.name)': expected \(input.type.expectation), found \(value.typeName)")
            }
            scope[input.name] = converted
        }
        return scope
    }
}
