package import ExhaustCore

/// Carries tasks of one kind out into the world. An adapter is one file and one line in `Adapters.types`.
package protocol Adapter: Sendable {
    /// The name by which workflows choose it.
    static var name: String { get }
    /// Whether its tasks act on a host, so that a workflow must say on which.
    static var needsHost: Bool { get }

    /// Checks a task as its author wrote it, when the file is loaded. Texts with `{{` are templates whose values are
    /// not known yet. Throws `ValueCodingError` whose path starts within the task, such as `["with", "url"]`.
    static func check(action: String, parameters: ValueMap) throws(ValueCodingError)

    /// Makes the adapter from what the role has.
    init(_ tools: AdapterTools) throws

    /// Performs `request`, or hands it to who does. Returns its result if the adapter knows it, and `nil` if the
    /// result comes later as an `exhaust.result`. What it throws becomes the result's reason. May take long;
    /// cancellation means that nobody waits for the result any more.
    func perform(_ request: TaskRequest) async throws -> TaskResult?
}

/// What adapters work with.
package struct AdapterTools: Sendable {
    /// Publishes an event and returns once it is durable.
    package var publish: @Sendable (Event) async throws -> Void
    /// Makes the signed `exhaust.task` event of a request.
    package var taskEvents: TaskEventMaker
    /// The present time.
    package var now: @Sendable () -> Timestamp

    /// Tools; see the properties.
    package init(
        taskEvents: TaskEventMaker, now: @escaping @Sendable () -> Timestamp,
        publish: @escaping @Sendable (Event) async throws -> Void
    ) {
        self.publish = publish
        self.taskEvents = taskEvents
        self.now = now
    }
}

/// The adapters that this orchestrator has.
package enum Adapters {
    /// One line an adapter.
    package static let types: [any Adapter.Type] = [
        AgentAdapter.self,
        HTTPAdapter.self,
    ]

    /// The adapter called `name`.
    static func type(named name: String) -> (any Adapter.Type)? { types.first { $0.name == name } }

    /// All adapters, ready for work, by name.
    package static func make(_ tools: AdapterTools) throws -> [String: any Adapter] {
        var adapters: [String: any Adapter] = [:]
        for type in types { adapters[type.name] = try type.init(tools) }
        return adapters
    }
}
