import Testing

@testable import ExhaustBroker

@Suite("A stream that says nothing")
struct StreamSilenceTests {
    private let start = ContinuousClock.now

    @Test("is connected to anew a few times with growing patience, and then left alone")
    func retries() {
        var silence = StreamSilence()
        var now = start
        var waits: [Duration] = []
        silence.opened(at: now, isOwn: false)
        while let deadline = silence.deadline, waits.count < 10 {
            waits.append(deadline - now)
            now = deadline
            silence.retry()
            silence.opened(at: now, isOwn: true)
        }
        #expect(waits == [.seconds(5), .seconds(10), .seconds(20), .seconds(40)])
        // A connection that the broker or the network ended begins anew.
        silence.opened(at: now, isOwn: false)
        #expect(silence.deadline == now + .seconds(5))
    }

    @Test("means nothing on a connection that was heard when it was old enough")
    func lasting() {
        var silence = StreamSilence()
        silence.opened(at: start, isOwn: false)
        silence.delivered(at: start + .seconds(30))
        #expect(silence.deadline == start + .seconds(35))
        silence.delivered(at: start + .seconds(61))
        #expect(silence.deadline == nil)
    }
}
