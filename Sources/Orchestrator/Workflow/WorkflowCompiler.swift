import ExhaustCore

/// Turns a workflow as written into one that can run, or says at which key it cannot.
///
/// Errors are `ValueCodingError`s whose paths start at the file's root.
struct WorkflowCompiler {
    private let source: WorkflowSource
    private let path: [String]

    /// A compiler for the workflow at index `index` of its file.
    init(_ source: WorkflowSource, index: Int) {
        self.source = source
        path = ["workflows", "[\(index)]"]
    }

    static let longestTimeout = Duration.seconds(7 * 86_400)

    func compile() throws(ValueCodingError) -> Workflow {
        guard Names.isWorkflow(source.name) else {
            throw error(["name"], "expected 1 to 63 of a-z, 0-9 and -, not '\(source.name)'")
        }
        let inputs = try compileInputs()
        let timeout = source.timeout ?? .seconds(3600)
        try check(timeout, ["timeout"])
        let entries = source.tasks.entries
        guard !entries.isEmpty else { throw error(["tasks"], "a workflow needs a task") }
        guard entries.count <= 200 else { throw error(["tasks"], "a workflow has at most 200 tasks") }
        let needs = try compileNeeds()
        let graph = TaskGraph(needs: needs)
        if let cycle = graph.cycle() {
            let loop = cycle.map { entries[$0].name }.joined(separator: " → ")
            throw error(["tasks", entries[cycle[0]].name, "needs"], "the tasks need each other in a loop: \(loop)")
        }
        var tasks: [WorkflowTask] = []
        for (index, entry) in entries.enumerated() {
            let before = Set(graph.ancestors(of: index).map { entries[$0].name })
            let compiler = TaskCompiler(
                name: entry.name, source: entry.element, needs: needs[index], path: path + ["tasks", entry.name],
                inputs: Set(inputs.map(\.name)), before: before, all: entries.map(\.name))
            tasks.append(try compiler.compile())
        }
        return Workflow(name: source.name, inputs: inputs, timeout: timeout, tasks: tasks)
    }

    private func compileInputs() throws(ValueCodingError) -> [WorkflowInput] {
        var inputs: [WorkflowInput] = []
        for (name, input) in source.inputs?.entries ?? [] {
            let path = ["inputs", name]
            guard Names.isIdentifier(name), name != "tasks" else {
                throw error(path, "expected a letter or _, then letters, digits or _; and not 'tasks'")
            }
            guard let type = InputType(rawValue: input.type) else {
                let types = InputType.allCases.map(\.rawValue)
                throw error(path + ["type"], "unknown type '\(input.type)'\(Names.hint(input.type, among: types))")
            }
            inputs.append(WorkflowInput(name: name, type: type, fallback: try fallback(input, type, path)))
        }
        return inputs
    }

    private func fallback(
        _ input: InputSource, _ type: InputType, _ path: [String]
    ) throws(ValueCodingError) -> Value? {
        guard let value = input.default else {
            if input.required == false { throw error(path, "an input that is not required needs a default") }
            return nil
        }
        if input.required == true { throw error(path + ["default"], "a required input has no default") }
        guard let converted = type.convert(value) else {
            throw error(path + ["default"], "expected \(type.expectation), found \(value.typeName)")
        }
        return converted
    }

    private func compileNeeds() throws(ValueCodingError) -> [[Int]] {
        let names = source.tasks.entries.map(\.name)
        var needs: [[Int]] = []
        for (name, task) in source.tasks.entries {
            var indexes: [Int] = []
            for (position, needed) in (task.needs ?? []).enumerated() {
                let path = ["tasks", name, "needs", "[\(position)]"]
                guard let index = names.firstIndex(of: needed) else {
                    throw error(path, "unknown task '\(needed)'\(Names.hint(needed, among: names))")
                }
                guard !indexes.contains(index) else { throw error(path, "'\(needed)' stands twice") }
                indexes.append(index)
            }
            needs.append(indexes)
        }
        return needs
    }

    private func check(_ timeout: Duration, _ path: [String]) throws(ValueCodingError) {
        guard timeout > .zero, timeout <= Self.longestTimeout else {
            throw error(path, "expected more than 0s and at most 7d")
        }
    }

    private func error(_ path: [String], _ message: String) -> ValueCodingError {
        ValueCodingError(path: self.path + path, message: message)
    }
}
