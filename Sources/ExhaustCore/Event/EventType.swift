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
    /// A flow of packets between two ends, at its end or while it goes on.
    public static let netFlow: EventType = "exhaust.net.flow"
    public static let netDNS: EventType = "exhaust.net.dns"
    /// What both ends of a connection said of TLS before it was safe.
    public static let netTLS: EventType = "exhaust.net.tls"
    public static let netHTTP: EventType = "exhaust.net.http"
    /// Counters of an interface.
    public static let netInterface: EventType = "exhaust.net.interface"
    /// An interface that came, went or changed.
    public static let netLink: EventType = "exhaust.net.link"
    public static let netAddress: EventType = "exhaust.net.address"
    public static let netRoute: EventType = "exhaust.net.route"
    public static let netNeighbour: EventType = "exhaust.net.neighbour"
    /// A socket that listens, or does no more.
    public static let netListen: EventType = "exhaust.net.listen"
    /// Connections of one minute, by peer.
    public static let netConnections: EventType = "exhaust.net.connections"
    /// Sockets by state, and ports that do not keep up.
    public static let netSockets: EventType = "exhaust.net.sockets"
    /// What connection tracking holds.
    public static let netConntrack: EventType = "exhaust.net.conntrack"
    /// An answer that was asked for, or that did not come.
    public static let netProbe: EventType = "exhaust.net.probe"
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
    public static let telemetry: [EventType] = [.syslog, .cli, .acct, .acctSummary, .perf, .gap] + net

    /// What the network emitter sends.
    public static let net: [EventType] = [
        .netFlow, .netDNS, .netTLS, .netHTTP, .netInterface, .netLink, .netAddress, .netRoute, .netNeighbour,
        .netListen, .netConnections, .netSockets, .netConntrack, .netProbe,
    ]

    /// The part after `exhaust.`, such as `net.flow`; the whole where there is no such prefix.
    public var kind: String { rawValue.hasPrefix("exhaust.") ? String(rawValue.dropFirst(8)) : rawValue }

    /// Whether this is one of the events that roles steer by, as opposed to telemetry.
    public var isControl: Bool { Self.controlTypes.contains(self) }

    private static let controlTypes: Set<EventType> = [
        .fact, .prediction, .decision, .action, .run, .task, .result, .outcome, .status, .barrier,
    ]
}
