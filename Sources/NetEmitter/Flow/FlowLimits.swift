/// How many flows a table holds, and how long it waits for more of one.
package struct FlowLimits: Sendable, Hashable {
    /// More than these, and the one that was silent for longest ends early.
    package var flows = 65_536
    /// Silence that ends a TCP connection of which both sides spoke.
    package var tcpIdle: Duration = .seconds(300)
    /// Silence that ends any other flow, an unanswered attempt to connect among them.
    package var idle: Duration = .seconds(60)
    /// How long what trails a finished TCP connection still counts to it.
    package var settle: Duration = .seconds(5)
    /// How often a flow that goes on is told of.
    package var active: Duration = .seconds(60)

    package init() {}
}

/// Why a flow waits as long as it does; the raw value is its queue's number.
enum FlowPatience: Int, CaseIterable {
    case settling
    case brief
    case lasting

    /// Nanoseconds of silence that end a flow.
    func timeout(_ limits: FlowLimits) -> Int64 {
        switch self {
        case .settling: limits.settle.flowTime
        case .brief: limits.idle.flowTime
        case .lasting: limits.tcpIdle.flowTime
        }
    }
}

extension Duration {
    /// Nanoseconds, a century at most.
    var flowTime: Int64 { max(.zero, min(self, .seconds(3_000_000_000))).inMilliseconds * 1_000_000 }
}
