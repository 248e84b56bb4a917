import ExhaustCore

/// `sockets`: what is told of sockets. Without it flows have no process either.
package struct SocketConfiguration: Sendable, Hashable {
    /// `enabled`: by default they are looked at.
    package var isEnabled = true
    /// `interval`: time between looks for ports and connections that are new; default 2 s.
    package var interval: Duration = .seconds(2)
    /// `summary_interval`: time between summaries; default 60 s.
    package var summaryInterval: Duration = .seconds(60)
    /// `peers`: how many groups of connections a summary tells one by one; default 100.
    package var peers = 100
    /// `conntrack`: whether what connection tracking holds is summed up; by default it is.
    package var readsConntrack = true

    init() {}
}

extension SocketConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case interval, peers
        case isEnabled = "enabled"
        case summaryInterval = "summary_interval"
        case readsConntrack = "conntrack"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let longest = Duration.seconds(86_400)
        isEnabled = try container.decodeIfPresent(Bool.self, forKey: .isEnabled) ?? true
        interval = try container.decode(.interval, within: .milliseconds(100)...longest, otherwise: interval)
        summaryInterval = try container.decode(
            .summaryInterval, within: .seconds(1)...longest, otherwise: summaryInterval)
        peers = try container.decode(.peers, within: 0...10_000, otherwise: peers)
        readsConntrack = try container.decodeIfPresent(Bool.self, forKey: .readsConntrack) ?? true
    }
}
