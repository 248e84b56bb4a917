package import ExhaustCore

/// `service.status`, `start`, `stop`, `restart` and `reload`.
package struct ServiceActions: ActionExecutor {
    private let managers: ServiceManagers
    private let settle: Duration

    /// A service has `settle` to show the state that it was asked into.
    package init(managers: ServiceManagers, settle: Duration = .seconds(5)) {
        self.managers = managers
        self.settle = settle
    }

    package var actions: [ActionSpec] {
        let parameters = ["name": ParameterSpec(.service)]
        return [
            ActionSpec("service.status", idempotent: true, lane: "name", parameters: parameters),
            ActionSpec("service.start", idempotent: true, lane: "name", parameters: parameters),
            ActionSpec("service.stop", idempotent: true, lane: "name", parameters: parameters),
            // Twice would interrupt the service twice.
            ActionSpec("service.restart", idempotent: false, lane: "name", parameters: parameters),
            ActionSpec("service.reload", idempotent: false, lane: "name", parameters: parameters),
        ]
    }

    package func execute(_ call: ActionCall) async throws -> ActionReport {
        let service = call.text("name")
        let manager = try await managers.manager(of: service)
        guard let verb = ServiceVerb(rawValue: String(call.action.dropFirst("service.".count))) else {
            return Self.status(try await manager.isRunning(service), manager)
        }
        return try await perform(verb, on: service, through: manager)
    }

    package func probe(_ call: ActionCall) async -> ValueMap {
        let service = call.text("name")
        do {
            let manager = try await managers.manager(of: service)
            return Self.status(try await manager.isRunning(service), manager).output
        } catch {
            return ["probe_error": .string("\(error)")]
        }
    }

    private func perform(
        _ verb: ServiceVerb, on service: String, through manager: any ServiceManager
    ) async throws -> ActionReport {
        let wanted = verb != .stop
        let before = try await manager.isRunning(service)
        if before == wanted, verb == .start || verb == .stop { return Self.status(before, manager) }
        let result = try await manager.perform(verb, on: service)
        let after = try await state(of: service, through: manager, wanted: wanted)
        var report = Self.status(after, manager)
        report.changed = result.succeeded && (verb == .restart || verb == .reload) || before != after
        if !result.output.isEmpty { report.output["output"] = .string(result.output) }
        if !result.succeeded {
            report.succeeded = false
            report.reason = "\(verb.rawValue) of \(service) through \(manager.name): \(result.summary)"
        } else if after != wanted {
            report.succeeded = false
            let found = after.map { $0 ? "it runs" : "it does not run" } ?? "its state cannot be told"
            report.reason = "\(verb.rawValue) of \(service) through \(manager.name) said success, but \(found)"
        }
        return report
    }

    /// The service's state once it is the one `wanted`, or else when its time to settle is over: managers return
    /// before a daemon has forked, or while it still dies.
    private func state(
        of service: String, through manager: any ServiceManager, wanted: Bool
    ) async throws -> Bool? {
        let deadline = ContinuousClock.now + settle
        var pause = Duration.milliseconds(20)
        while true {
            let state = try await manager.isRunning(service)
            if state == wanted || ContinuousClock.now >= deadline { return state }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private static func status(_ isRunning: Bool?, _ manager: any ServiceManager) -> ActionReport {
        let running: Value = isRunning.map { .bool($0) } ?? .null
        return ActionReport(succeeded: true, output: ["running": running, "manager": .string(manager.name)])
    }
}
