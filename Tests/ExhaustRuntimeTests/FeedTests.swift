import ExhaustCore
import ExhaustRuntime
import Testing

@Suite("The feed of a source that is read again", .timeLimit(.minutes(1)))
struct FeedTests {
    private let outlet = RecordingOutlet()

    private func feed(_ numbering: Numbering? = nil) throws -> Feed {
        try Feed(
            numbering, host: .localhost, role: "emitter-test", type: .syslog, outlet: outlet, counters: Counters())
    }

    private let record = TelemetryRecord(time: Timestamp(seconds: 1), data: ["message": "m"])

    @Test("goes on with saved names, and knows up to where all is confirmed")
    func resumes() async throws {
        let feed = try feed(Numbering(source: "//localhost/emitter-test/x", last: 41))
        try await feed.accept(record)
        #expect(feed.taken == Numbering(source: "//localhost/emitter-test/x", last: 42))
        await outlet.wait { $0.count == 1 }
        #expect(feed.confirmed == 41)
        #expect(!feed.isEmpty)
        outlet.confirm(1)
        await feed.end(within: .seconds(20))
        #expect(feed.confirmed == 42)
        #expect(feed.isEmpty)
        #expect(outlet.ids == ["42"])
    }

    @Test("begins anew under another host's name, since the broker would take nothing under that")
    func renamed() async throws {
        let feed = try feed(Numbering(source: "//other/emitter-test/x", last: 41))
        #expect(feed.taken.last == 0)
        #expect(EventSource(feed.taken.source)?.host == .localhost)
        await feed.end(within: .seconds(20))
    }

    @Test("is given up after a while, and what was not confirmed then is known")
    func givenUp() async throws {
        let feed = try feed()
        try await feed.accept(record)
        await feed.end(within: .milliseconds(10))
        #expect(feed.confirmed == 0)
    }
}
