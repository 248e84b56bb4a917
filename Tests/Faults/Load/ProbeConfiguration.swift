import ExhaustCore
import ExhaustRuntime

/// The keys of the probe, beside those of every role.
struct ProbeConfiguration: RoleConfiguration {
    /// What its events carry, to tell them from other faults'.
    var label: String
    /// The file that tells what was accepted.
    var ledger: String
    /// The first number, how many to count at most, and how many a second.
    var first: Int
    var count: Int
    var rate: Int
    /// How many bytes to add to each event.
    var filler: Int
    /// A file with a line for every mended service.
    var effects: String?
    /// Whether every event is published twice.
    var twice: Bool?

    func validate() throws {}
}
