import ExhaustCore

/// What the journal tells about runs: enough to go on with each of them where the last instance stopped.
struct RunHistory: Sendable {
    /// How an attempt at a task ended.
    enum End: Sendable {
        case succeeded(output: ValueMap)
        /// Another attempt was to follow.
        case retried(reason: String)
        case failed(reason: String)
    }

    /// One run as far as it was journalled.
    struct Progress: Sendable {
        /// When it began.
        var started: Timestamp
        /// How its tasks ended, by task id.
        var ends: [String: End] = [:]
        /// The steps that were told already.
        var told: Set<String> = []

        /// Whether the task with this id was sent.
        func wasSent(_ task: String) -> Bool { told.contains("\(Run.State.taskSent.rawValue) \(task)") }
    }

    private(set) var actions: [String: Event] = [:]
    private(set) var runs: [String: Progress] = [:]
    private(set) var finished: [String] = []

    init() {}

    /// Takes the journal's next event. What is neither an action nor a step of a run says nothing here; nor does a
    /// step that cannot be read, since nobody can have acted on it.
    mutating func take(_ event: Event) {
        switch event.type {
        case .action: actions[event.id] = event
        case .run:
            guard let step = try? event.payload(Run.self) else { return }  // see above
            take(step, at: event.time)
        default: break
        }
    }

    private mutating func take(_ step: Run, at time: Timestamp) {
        guard !step.state.isFinal else {
            runs[step.run] = nil
            actions[step.run] = nil
            return finished.append(step.run)
        }
        var progress = runs[step.run] ?? Progress(started: time)
        progress.told.insert(Self.key(of: step))
        if let task = step.taskID, let end = Self.end(of: step) { progress.ends[task] = end }
        runs[step.run] = progress
    }

    /// Names a step within its run.
    static func key(of step: Run) -> String { "\(step.state.rawValue) \(step.taskID ?? "")" }

    private static func end(of step: Run) -> End? {
        switch step.state {
        case .taskSucceeded: .succeeded(output: step.output ?? [:])
        case .taskRetrying: .retried(reason: step.reason ?? "")
        case .taskFailed: .failed(reason: step.reason ?? "")
        case .started, .taskSent, .succeeded, .failed: nil
        }
    }
}
