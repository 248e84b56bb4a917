package import ExhaustCore

/// The workflows of one or more files, by name.
package struct WorkflowLibrary: Sendable {
    /// Every workflow, by its name.
    package private(set) var workflows: [String: Workflow] = [:]
    /// Where each stands, for errors about names that stand twice.
    private var places: [String: String] = [:]

    /// An empty library.
    package init() {}

    /// Loads the files, and the folders of files, at `paths`. Throws `ExhaustError` naming file, line and key.
    package init(paths: [String]) throws(ExhaustError) {
        for file in try YAMLFiles.expand(paths) { try add(try YAMLReader.read(file)) }
    }

    /// Adds the workflows of `text`; `file` names it in errors.
    package mutating func add(_ text: String, file: String) throws(ExhaustError) {
        try add(try YAMLReader.parse(text, file: file))
    }

    private mutating func add(_ document: YAMLDocument) throws(ExhaustError) {
        let file = try document.decode(WorkflowFile.self)
        guard file.version == 1 else {
            throw document.error(at: ["version"], "expected 1, found \(file.version)")
        }
        for (index, source) in file.workflows.enumerated() {
            let workflow: Workflow
            do {
                workflow = try WorkflowCompiler(source, index: index).compile()
            } catch {
                throw document.error(at: error.path, error.message)
            }
            let path = ["workflows", "[\(index)]", "name"]
            if let place = places[workflow.name] {
                throw document.error(at: path, "workflow '\(workflow.name)' stands already at \(place)")
            }
            workflows[workflow.name] = workflow
            places[workflow.name] = document.location(of: path)
        }
    }
}
