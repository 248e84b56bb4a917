import ExhaustCore

/// What a run is made from: an action that was found good.
struct RunOrder: Sendable {
    let workflow: Workflow
    /// The action's event without its data; its id is the run's.
    let cause: Event
    /// The inputs with their defaults.
    let inputs: ValueMap

    /// Why an action does not become a run.
    struct Refusal: Error {
        let workflow: String
        let reason: String
    }

    /// Checks the action in `event` at `now` against `workflows`.
    init(_ event: Event, workflows: [String: Workflow], now: Timestamp) throws(Refusal) {
        let action: Action
        do {
            action = try event.payload(Action.self)
        } catch {
            throw Refusal(workflow: event.data["workflow"]?.string ?? "", reason: "malformed: \(error.message)")
        }
        guard now <= action.notAfter else { throw Refusal(workflow: action.workflow, reason: "stale") }
        guard action.host == event.host.description else {
            throw Refusal(
                workflow: action.workflow, reason: "the event is about \(event.host), its action about \(action.host)")
        }
        guard let workflow = workflows[action.workflow] else {
            throw Refusal(workflow: action.workflow, reason: "there is no workflow '\(action.workflow)'")
        }
        do {
            inputs = try workflow.scope(of: action.inputs)
        } catch {
            throw Refusal(workflow: action.workflow, reason: error.message)
        }
        self.workflow = workflow
        cause = event.withoutData
    }
}

extension Event {
    /// The envelope alone: enough to name this event as a cause.
    var withoutData: Event {
        var event = self
        event.data = [:]
        return event
    }
}
