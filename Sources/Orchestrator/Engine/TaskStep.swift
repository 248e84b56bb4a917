import ExhaustCore

/// Where one task of a run stands.
enum TaskStep: Sendable {
    /// It needs tasks that have not ended.
    case waiting
    case running(TaskRequest)
    /// The attempt `attempt` failed; the next one starts at `until`.
    case delayed(attempt: Int, until: Timestamp)
    case succeeded(output: ValueMap)
    /// Its `if` gave false.
    case skipped
    case failed

    /// Whether tasks that need it may start.
    var isSatisfied: Bool {
        switch self {
        case .succeeded, .skipped: true
        case .waiting, .running, .delayed, .failed: false
        }
    }

    /// The attempt that is under way.
    var request: TaskRequest? { if case .running(let request) = self { request } else { nil } }

    /// When time alone changes it.
    var deadline: Timestamp? {
        switch self {
        case .running(let request): request.deadline
        case .delayed(_, let until): until
        case .waiting, .succeeded, .skipped, .failed: nil
        }
    }
}
