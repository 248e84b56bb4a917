import ExhaustCore
import Testing

@Suite("Batches of telemetry")
struct BatchEncoderTests {
    private func events(_ count: Int, type: EventType = .syslog) -> [Event] {
        (1...count).map { number in
            var event = Event(
                type: type, source: "//web-01/emitter-syslog/01ABC", id: "\(number)",
                time: Timestamp(seconds: Int64(number / 7), nanoseconds: Int64(number) * 1_001_000), host: .localhost,
                data: [
                    "message": .string("tab\t quote\" slash\\ line\n üñ \(number) the end"), "n": .int(Int64(-number)),
                ])
            if number % 2 == 0 { event.recordedTime = Timestamp(seconds: -1, nanoseconds: 5) }
            if number % 3 == 0 { event.severityNumber = 17 }
            return event
        }
    }

    private func append(_ event: Event, to encoder: inout BatchEncoder) throws {
        encoder.append(
            id: try #require(UInt64(event.id)), type: event.type, time: event.time, recordedTime: event.recordedTime,
            severityNumber: event.severityNumber, data: event.data, weight: 1)
    }

    @Test("are the events as they are encoded singly, and come apart into lines")
    func sameBytes() throws {
        let events = events(100)
        var encoder = BatchEncoder(source: events[0].source, host: .localhost, type: .syslog, capacity: 1000)
        for event in events { try append(event, to: &encoder) }
        let taken = encoder.take()
        let batch = try #require(taken)
        #expect(encoder.ids == nil && encoder.count == 0)
        #expect(batch.first == 1 && batch.last == 100 && batch.count == 100 && batch.weight == 100)
        let lines = events.map { String(decoding: EventJSON.encode($0), as: UTF8.self) }
        #expect(String(decoding: batch.body, as: UTF8.self) == "[" + lines.joined(separator: ",\n") + "]")
        #expect(String(decoding: batch.lines, as: UTF8.self) == lines.map { $0 + "\n" }.joined())
        let decoded = try batch.events()
        #expect(decoded == events)
    }

    @Test("can be cut before their last event")
    func allButLast() throws {
        let events = events(3)
        var encoder = BatchEncoder(source: events[0].source, host: .localhost, type: .syslog, capacity: 1000)
        try append(events[0], to: &encoder)
        let none = encoder.takeAllButLast()
        #expect(none == nil)
        for event in events[1...] { try append(event, to: &encoder) }
        let (cut, taken) = (encoder.takeAllButLast(), encoder.take())
        let (first, rest) = (try #require(cut), try #require(taken))
        let (one, other) = (try first.events(), try rest.events())
        #expect(one == Array(events[..<2]) && first.last == 2 && first.count == 2)
        #expect(other == [events[2]] && rest.first == 3 && rest.weight == 1)
    }
}
