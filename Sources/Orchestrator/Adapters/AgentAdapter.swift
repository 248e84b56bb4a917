package import ExhaustCore

/// Sends tasks to the agents on hosts: signed, expiring, and answered by an `exhaust.result`.
package struct AgentAdapter: Adapter {
    package static let name = "agent"
    package static let needsHost = true

    private let taskEvents: TaskEventMaker
    private let publish: @Sendable (Event) async throws -> Void

    /// Which actions a host has, and with which parameters, is for its agent to say; here only the form is checked.
    package static func check(action: String, parameters: ValueMap) throws(ValueCodingError) {
        let words = action.split(separator: ".", omittingEmptySubsequences: false)
        let isAction =
            words.count >= 2 && action.utf8.count <= 64
            && words.allSatisfy { word in
                !word.isEmpty
                    && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
            }
        guard isAction else {
            throw ValueCodingError(
                path: ["action"], message: "expected words joined by dots, such as service.restart, not '\(action)'")
        }
    }

    package init(_ tools: AdapterTools) {
        taskEvents = tools.taskEvents
        publish = tools.publish
    }

    /// Returns `nil` once the task is in the host's queue.
    package func perform(_ request: TaskRequest) async throws -> TaskResult? {
        try await publish(taskEvents.signed(request))
        return nil
    }
}
