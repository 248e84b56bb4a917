/// What the look at sockets can be told.
struct SocketSettings: Sendable, Hashable {
    /// Time between looks, which find ports that were opened and closed, and new connections.
    var interval: Duration = .seconds(2)
    /// Time between summaries.
    var summaryInterval: Duration = .seconds(60)
    /// How many groups of connections a summary tells one by one.
    var peers = 100
    /// The process whose connections are left out: the emitter itself, with its connection to the broker.
    var excludedProcess: Int32?
    /// Whether to sum up what connection tracking holds.
    var readsConntrack = true

    init() {}
}
