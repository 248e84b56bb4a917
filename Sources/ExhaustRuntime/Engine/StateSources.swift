import ExhaustBroker
package import ExhaustCore

/// What an instance's knowledge is rebuilt from.
package protocol StateSources: Sendable {
    /// Shows `visit` what the central roles told from `start` of the broker's clock on, or all that is kept, marks
    /// among it. Gives the offset behind it.
    func readJournal(from start: Timestamp?, _ visit: (Event) -> Void) async throws -> UInt64

    /// Puts a mark with `data` into the journal, behind what was told and before what will be. Gives its id, and the
    /// promise that it is there.
    func mark(_ data: ValueMap) async throws -> (id: String, receipt: Receipt)

    /// What the recorder holds from `start` of the broker's clock on, up to now, each message with its offset as the
    /// number of its tag. The broker may take as long as `patience` to answer; then it counts as empty.
    func recorder(from start: Timestamp, patience: Duration) throws -> any EventInlet
}

/// The broker's streams.
struct BrokerStateSources: StateSources {
    let journal: Journal
    let inlets: any InletMaker

    func readJournal(from start: Timestamp?, _ visit: (Event) -> Void) async throws -> UInt64 {
        try await journal.read(from: start.map { .time($0) } ?? .first, visit)
    }

    func mark(_ data: ValueMap) async throws -> (id: String, receipt: Receipt) { try await journal.mark(data) }

    func recorder(from start: Timestamp, patience: Duration) throws -> any EventInlet {
        try inlets.recorder(from: start, patience: patience)
    }
}
