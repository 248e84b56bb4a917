import ExhaustCore

/// Evaluates a task's templates. Errors are `ExhaustError`s that name the key.
enum TaskRendering {
    /// Whether the task's `if` holds.
    static func holds(_ condition: Expression, in scope: ValueMap) throws(ExhaustError) -> Bool {
        do {
            return try condition.isTrue(in: scope)
        } catch {
            throw problem("if", error)
        }
    }

    /// The action's parameters.
    static func parameters(of task: WorkflowTask, in scope: ValueMap) throws(ExhaustError) -> ValueMap {
        do {
            guard case .map(let map) = try task.parameters.render(in: scope) else { return [:] }
            return map
        } catch {
            throw problem("with", error)
        }
    }

    /// The host that the task acts on; `nil` if it acts on none.
    static func host(of task: WorkflowTask, in scope: ValueMap) throws(ExhaustError) -> HostID? {
        guard let template = task.host else { return nil }
        let value: Value
        do {
            value = try template.render(in: scope)
        } catch {
            throw problem("host", error)
        }
        guard let host = value.string.flatMap({ HostID($0) }) else {
            throw ExhaustError(.invalidData, "cannot render host: expected \(InputType.host.expectation)")
        }
        return host
    }

    private static func problem(_ key: String, _ error: ExpressionError) -> ExhaustError {
        ExhaustError(.invalidData, "cannot render \(key): \(error)")
    }
}
