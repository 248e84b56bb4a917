import ExhaustCore

/// Checks one task of a workflow and parses its templates.
struct TaskCompiler {
    let name: String
    let source: TaskSource
    let needs: [Int]
    /// Where the task stands in its file.
    let path: [String]
    /// The names of the workflow's inputs, of the tasks that end before this one, and of all tasks.
    let inputs: Set<String>
    let before: Set<String>
    let all: [String]

    /// Task ids are `<run>-<name>-<attempt>` within 64 characters, of which a ULID takes 26.
    private static let longestName = 32

    func compile() throws(ValueCodingError) -> WorkflowTask {
        guard Names.isIdentifier(name), name.utf8.count <= Self.longestName else {
            throw error([], "expected a letter or _, then letters, digits or _; at most \(Self.longestName)")
        }
        guard let adapter = Adapters.type(named: source.adapter) else {
            let names = Adapters.types.map { $0.name }
            throw error(["adapter"], "unknown adapter '\(source.adapter)'\(Names.hint(source.adapter, among: names))")
        }
        do {
            try adapter.check(action: source.action, parameters: source.with ?? [:])
        } catch {
            throw self.error(error.path, error.message)
        }
        let timeout = source.timeout ?? .seconds(60)
        guard timeout > .zero, timeout <= WorkflowCompiler.longestTimeout else {
            throw error(["timeout"], "expected more than 0s and at most 7d")
        }
        return WorkflowTask(
            name: name, adapter: source.adapter, action: source.action,
            host: try host(isNeeded: adapter.needsHost), parameters: try parameters(), needs: needs,
            condition: try condition(), timeout: timeout, retry: try retry())
    }

    private func host(isNeeded: Bool) throws(ValueCodingError) -> ValueTemplate? {
        if let text = source.host {
            if !text.contains("{{"), HostID(text) == nil {
                throw error(["host"], "expected \(InputType.host.expectation), or a template")
            }
            return try template(.string(text), ["host"])
        }
        guard isNeeded else { return nil }
        guard inputs.contains("host") else {
            throw error([], "the task must say where: give it 'host', or the workflow an input 'host'")
        }
        return try template("{{ host }}", ["host"])
    }

    private func parameters() throws(ValueCodingError) -> ValueTemplate {
        try template(.map(source.with ?? [:]), ["with"])
    }

    private func condition() throws(ValueCodingError) -> Expression? {
        guard let text = source.if else { return nil }
        let expression: Expression
        do {
            expression = try Expression.parse(text)
        } catch {
            throw self.error(["if"], "\(error)")
        }
        try check(expression.identifiers, in: text, isTemplate: false, ["if"])
        return expression
    }

    private func retry() throws(ValueCodingError) -> RetryPolicy {
        guard let retry = source.retry else { return .never }
        let policy = RetryPolicy(max: retry.max, delay: retry.delay ?? .seconds(1), backoff: retry.backoff ?? 1)
        guard (0...99).contains(policy.max) else { throw error(["retry", "max"], "expected 0 to 99") }
        guard policy.delay >= .zero, policy.delay <= .seconds(3600) else {
            throw error(["retry", "delay"], "expected 0s to 1h")
        }
        guard (1...100).contains(policy.backoff) else { throw error(["retry", "backoff"], "expected 1 to 100") }
        return policy
    }

    private func error(_ path: [String], _ message: String) -> ValueCodingError {
        ValueCodingError(path: self.path + path, message: message)
    }
}

// Templates: what they may refer to is known when the file is loaded.
extension TaskCompiler {
    private func template(_ value: Value, _ path: [String]) throws(ValueCodingError) -> ValueTemplate {
        switch value {
        case .list(let elements):
            for (index, element) in elements.enumerated() { _ = try template(element, path + ["[\(index)]"]) }
        case .map(let map):
            for entry in map.entries { _ = try template(entry.value, path + [entry.key]) }
        case .string(let text):
            let template: Template
            do {
                template = try Template.parse(text)
            } catch {
                throw self.error(path, "\(error)")
            }
            try check(template.identifiers, in: text, isTemplate: true, path)
        default: break
        }
        do {
            return try ValueTemplate.parse(value)
        } catch {
            throw self.error(path, "\(error)")
        }
    }

    private func check(
        _ identifiers: Set<String>, in text: String, isTemplate: Bool, _ path: [String]
    ) throws(ValueCodingError) {
        for name in identifiers.sorted() where name != "tasks" && !inputs.contains(name) {
            throw error(path, "unknown name '\(name)'\(Names.hint(name, among: inputs))")
        }
        guard identifiers.contains("tasks") else { return }
        let tasks: Set<String>
        do {
            tasks = try TaskReferences.names(in: text, isTemplate: isTemplate)
        } catch {
            throw self.error(path, "write tasks.NAME.output to refer to what a task gave")
        }
        for task in tasks.sorted() where !before.contains(task) {
            guard all.contains(task) else {
                throw error(path, "unknown task '\(task)'\(Names.hint(task, among: all))")
            }
            throw error(path, "task '\(task)' may not have ended: add it to needs")
        }
    }
}
