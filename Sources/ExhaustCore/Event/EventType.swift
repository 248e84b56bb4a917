/// The `type` attribute of an event, which also decides where the event travels.
public struct EventType: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }
    public var description: String { rawValue }

    public static let syslog: EventType = "exhaust.syslog"
    /// A command, as the shell and the kernel saw it.
    public static let cli: EventType = "exhaust.cli"
    public static let acct: EventType = "exhaust.acct"
    /// Counts of what exhaust.acct would tell one by one.
    public static let acctSummary: EventType = "exhaust.acct.summary"
    public static let perf: EventType = "exhaust.perf"
    /// A loss that an emitter noticed: kind, count, reason, since.
    public static let gap: EventType = "exhaust.gap"
    public static let fact: EventType = "exhaust.fact"
    public static let prediction: EventType = "exhaust.prediction"
    public static let decision: EventType = "exhaust.decision"
    public static let action: EventType = "exhaust.action"
    public static let run: EventType = "exhaust.run"
    public static let task: EventType = "exhaust.task"
    public static let result: EventType = "exhaust.result"
    public static let outcome: EventType = "exhaust.outcome"
    /// A mark in the journal that its reader put there, to know when it has read all that came before.
    public static let barrier: EventType = "exhaust.barrier"
    /// A heartbeat of a role.
    public static let status: EventType = "exhaust.status"

    /// What emitters send.
    public static let telemetry: [EventType] = [.syslog, .cli, .acct, .acctSummary, .perf, .gap]

    /// The part after `exhaust.`, such as `net.flow`; the whole where there is no such prefix.
    public var kind: String { rawValue.hasPrefix("exhaust.") ? String(rawValue.dropFirst(8)) : rawValue }

    /// Whether this is one of the events that roles steer by, as opposed to telemetry.
    public var isControl: Bool { Self.controlTypes.contains(self) }

    private static let controlTypes: Set<EventType> = [
        .fact, .prediction, .decision, .action, .run, .task, .result, .outcome, .status, .barrier,
    ]
}
