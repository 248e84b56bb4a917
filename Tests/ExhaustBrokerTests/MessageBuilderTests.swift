import ExhaustCore
import Testing

@testable import ExhaustBroker

@Suite("Messages of events")
struct MessageBuilderTests {
    private let builder = MessageBuilder(partitions: 16, bodyLimit: 2000)

    private func event(_ type: EventType, _ id: Int, text: String = "") throws -> Event {
        let host = try #require(HostID("web-01"))
        return Event(
            type: type, source: "//web-01/emitter-syslog/01ABC", id: "\(id)", time: Timestamp(seconds: 100), host: host,
            data: ["text": .string(text)])
    }

    @Test("telemetry of one route becomes one batch with its first and last id")
    func batches() throws {
        let messages = try builder.messages(for: [event(.syslog, 1), event(.gap, 2), event(.syslog, 3)])
        #expect(messages.map(\.route.routingKey.last) == ["g", "p"])
        #expect(messages[0].first == "1" && messages[0].last == "3" && messages[0].count == 2)
        #expect(messages[0].contentType == "application/cloudevents-batch+json")
        #expect(messages[0].messageID == "//web-01/emitter-syslog/01ABC/1")
        #expect(try EventJSON.decodeBatch(messages[0].body).map(\.id) == ["1", "3"])
    }

    @Test("control events travel singly, a task with what is left of its life")
    func singles() throws {
        var task = try event(.task, 1)
        task.extensions["expirytime"] = "1970-01-01T00:02:00Z"
        let messages = try builder.messages(for: [task, event(.run, 2), event(.run, 3)])
        #expect(messages.map(\.count) == [1, 1, 1])
        #expect(messages[0].contentType == "application/cloudevents+json")
        #expect(messages[0].lifeLeft(at: Timestamp(seconds: 110)) == "10000")
        #expect(messages[0].lifeLeft(at: Timestamp(seconds: 130)) == "1")
        #expect(messages[1].lifeLeft(at: Timestamp(seconds: 110)) == nil)
    }

    @Test("a batch too large for the broker is split, an event too large is refused by name")
    func splits() throws {
        let events = try (1...9).map { try event(.syslog, $0, text: String(repeating: "x", count: 500)) }
        let messages = try builder.messages(for: events)
        #expect(messages.allSatisfy { $0.body.count <= 2000 } && messages.count > 1)
        #expect(try messages.flatMap { try EventJSON.decodeBatch($0.body) } == events)
        let large = try event(.syslog, 7, text: String(repeating: "x", count: 2000))
        let error = #expect(throws: ExhaustError.self) { try builder.messages(for: [large]) }
        #expect(error?.description.contains("event 7 of //web-01") == true)
    }

    @Test("an attribute that a short string cannot hold is refused")
    func refusesLongAttributes() throws {
        var long = try event(.syslog, 1)
        long.source = String(repeating: "s", count: 300)
        #expect(throws: ExhaustError.self) { try builder.messages(for: [long]) }
        long.source = "a\0b"
        #expect(throws: ExhaustError.self) { try builder.messages(for: [long]) }
    }
}
