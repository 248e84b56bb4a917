package import ExhaustCore

/// An exchange, and the names of Exhaust's own.
package struct Exchange: Sendable, Hashable {
    /// How an exchange compares routing keys with bindings.
    package enum Kind: String, Sendable {
        case topic, direct
    }

    package let name: String
    package let kind: Kind
    package var arguments: ValueMap = [:]

    package static let telemetry = "exhaust.telemetry"
    package static let facts = "exhaust.facts"
    package static let actions = "exhaust.actions"
    package static let tasks = "exhaust.tasks"
    package static let results = "exhaust.results"
    package static let journal = "exhaust.journal"
    package static let status = "exhaust.status"
    package static let dead = "exhaust.dead"
    package static let expired = "exhaust.expired"
    package static let unrouted = "exhaust.unrouted"

    /// All of them, in the order of the loop.
    package static let all: [Exchange] = [
        Exchange(name: telemetry, kind: .topic, arguments: ["alternate-exchange": .string(unrouted)]),
        Exchange(name: facts, kind: .topic),
        Exchange(name: actions, kind: .topic),
        Exchange(name: tasks, kind: .direct),
        Exchange(name: results, kind: .topic),
        Exchange(name: journal, kind: .topic),
        Exchange(name: status, kind: .topic),
        Exchange(name: dead, kind: .topic),
        Exchange(name: expired, kind: .topic),
        Exchange(name: unrouted, kind: .topic),
    ]
}
