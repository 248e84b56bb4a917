import ExhaustCore
import ExhaustRuntime
import Synchronization

/// Tells as facts that a running analyzer's rules could not be read again, and that they can.
final class BrokenRules: Sendable {
    /// The name of the fact; its subject is the file.
    static let fact = "exhaust-rules-broken"

    private let host: HostID
    private let factory: EventFactory
    /// Open facts by file.
    private let open = Mutex<[String: Fact]>([:])

    /// Facts are about `host`, where the files are.
    init(host: HostID, factory: EventFactory) {
        self.host = host
        self.factory = factory
    }

    /// What is to be told when reading them failed.
    func failed(_ error: any Error, at now: Timestamp) throws(ExhaustError) -> [Event] {
        let file = Self.file(in: error)
        let message = "\(error)"
        let key = "\(Self.fact):\(host):\(file.replacing(":", with: "\\:"))"
        let fact = open.withLock { open -> Fact? in
            var fact =
                open[file]
                ?? Fact(
                    name: Self.fact, transition: .raised, key: key,
                    keys: [.string(host.description), .string(file)], episode: ULID(time: now).description,
                    host: host.description, subject: file, severity: .error, first: now, last: now, evidence: [])
            if fact.summary == message { return nil }
            fact.transition = open[file] == nil ? .raised : .updated
            fact.summary = message
            fact.last = now
            open[file] = fact
            return fact
        }
        guard let fact else { return [] }
        return [try event(fact, at: now)]
    }

    /// What is to be told when all of them were read.
    func mended(at now: Timestamp) throws(ExhaustError) -> [Event] {
        let facts = open.withLock { open in
            defer { open = [:] }
            return open.values.sorted { $0.key < $1.key }
        }
        var events: [Event] = []
        for var fact in facts {
            fact.transition = .cleared
            events.append(try event(fact, at: now))
        }
        return events
    }

    private func event(_ fact: Fact, at now: Timestamp) throws(ExhaustError) -> Event {
        var factory = factory
        let id = fact.transition == .raised ? fact.episode : ULID(time: now).description
        var event = try factory.event(.fact, host: host, time: now, payload: fact, id: id)
        event.severityNumber = fact.severity.number
        event.correlationID = fact.episode
        return event
    }

    /// The file of which an error speaks, without line and column.
    private static func file(in error: any Error) -> String {
        let place = (error as? ExhaustError)?.location ?? "configuration"
        var parts = place.split(separator: ":", omittingEmptySubsequences: false)
        while parts.count > 1, let last = parts.last, last.allSatisfy(\.isNumber) { parts.removeLast() }
        return parts.joined(separator: ":")
    }
}
