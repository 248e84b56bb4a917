import ExhaustCore
import Testing

@testable import Orchestrator

let start = Timestamp(seconds: 1_795_330_800)

/// An `exhaust.action` about host web-01 that may start within five minutes of `start`.
func action(
    _ workflow: String, _ inputs: ValueMap = ["host": "web-01"], id: String = "01JACTION0000000000000000A",
    notAfter: Timestamp = start + .seconds(300)
) throws -> Event {
    let host = try #require(HostID("web-01"))
    let payload: ValueMap = [
        "workflow": .string(workflow), "inputs": .map(inputs), "policy": "p", "key": "k", "episode": "e",
        "host": "web-01", "subject": "nginx", "not_after": .string(notAfter.description),
    ]
    var event = Event(
        type: .action, source: "//central/activator/1", id: id, time: start, host: host, data: payload)
    event.correlationID = "01JFACT"
    event.causationID = "01JFACT"
    event.chainDepth = 1
    return event
}

/// The workflows in `yaml`, below the two lines that every file begins with.
func load(_ yaml: String) throws -> [String: Workflow] {
    var library = WorkflowLibrary()
    try library.add("version: 1\nworkflows:\n\(yaml)", file: "w.yaml")
    return library.workflows
}

/// An engine with a clock that tests move, and short words for its effects.
struct Bench {
    var engine: OrchestratorEngine
    var now = start
    private(set) var requests: [TaskRequest] = []
    /// The steps that were told.
    private(set) var steps: [Run] = []

    init(_ yaml: String, maxRuns: Int = 1000) throws {
        engine = OrchestratorEngine(workflows: try load(yaml), maxRuns: maxRuns)
    }

    mutating func begin(_ event: Event) -> [String] { note(engine.start(event, now: now)) }

    mutating func adopt(_ history: RunHistory) -> [String] { note(engine.adopt(history, now: now)) }

    mutating func wait(_ time: Duration) -> [String] {
        now = now + time
        return note(engine.advance(to: now))
    }

    /// Answers the latest request of `task`.
    mutating func answer(
        _ task: String, _ status: TaskResult.Status = .succeeded, reason: String? = nil, output: ValueMap = [:]
    ) throws -> [String] {
        let request = try #require(requests.last { $0.task == task })
        return note(engine.handle(request.result(status, reason: reason, output: output, finished: now), now: now))
    }

    mutating func handle(_ result: TaskResult) -> [String] { note(engine.handle(result, now: now)) }

    func request(_ task: String) throws -> TaskRequest { try #require(requests.last { $0.task == task }) }

    private mutating func note(_ effects: [Effect]) -> [String] {
        effects.map { effect in
            switch effect {
            case .journal(let run, _):
                steps.append(run)
                let task = run.task.map { " \($0)/\(run.attempt ?? 0)" } ?? ""
                return "\(run.state.rawValue)\(task)\(run.reason.map { ": \($0)" } ?? "")"
            case .send(let request):
                requests.append(request)
                return "send \(request.task)/\(request.attempt)"
            }
        }
    }
}
