import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Activator

@Suite("The activator")
struct ActivatorEngineTests {
    @Test("acts on a fact, and calls the outcome verified once the fact has cleared and stayed cleared")
    func verified() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        #expect(story.decisions == ["acted"])
        #expect(story.actions.first?.data["inputs"]?["service"] == "nginx")
        try story.runEnds(.succeeded, at: 2)
        try story.fact(.cleared, at: 5)
        story.wait(until: 34.9)
        #expect(story.outcomes.isEmpty)
        story.wait(until: 35)
        #expect(story.outcomes.map(\.verdict) == [.verified])
        #expect(story.outcomes.first?.clearedTime == story.time(5))
    }

    @Test("leaves a fact to its root while it is suppressed, and decides once when it no longer is")
    func suppressed() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0, suppressed: true)
        try story.fact(.updated, at: 10, suppressed: true)
        story.wait(until: 1000)
        #expect(story.said.isEmpty)
        try story.fact(.updated, at: 1001)
        try story.fact(.updated, at: 1002, suppressed: true)
        try story.fact(.updated, at: 1003)
        #expect(story.decisions == ["acted"])
    }

    @Test("verifies from the clearing when the fact cleared before the run reported its end")
    func clearedEarly() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        try story.fact(.cleared, at: 1)
        try story.runEnds(.succeeded, at: 2)
        story.wait(until: 32)
        #expect(story.outcomes.map(\.verdict) == [.verified])
    }

    @Test("calls an action ineffective when the fact does not clear in time, and tries again after the cooldown")
    func ineffective() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        try story.runEnds(.failed, at: 2)
        story.wait(until: 92)
        #expect(story.outcomes.map(\.verdict) == [.ineffective])
        #expect(story.outcomes.first?.reason.contains("the run failed: test") == true)
        story.wait(until: 93)
        #expect(story.decisions == ["acted", "cooldown"])
        story.wait(until: 600)
        #expect(story.decisions == ["acted", "cooldown", "acted"])
        #expect(Set(story.actions.map(\.id)).count == 2)
    }

    @Test("calls an action ineffective when the fact comes back while it should be stable")
    func comesBack() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        try story.runEnds(.succeeded, at: 2)
        try story.fact(.cleared, at: 5)
        try story.fact(.raised, at: 15, episode: "E2")
        #expect(story.outcomes.map(\.verdict) == [.ineffective])
        #expect(story.outcomes.first?.reason == "the fact came back 10 s after it cleared")
        #expect(story.decisions == ["acted", "cooldown"])
    }

    @Test("says unknown, not verified, when the host's emitters fell silent")
    func silent() throws {
        var story = try Scenario()
        try story.heartbeat(at: 0)
        try story.fact(.raised, at: 1)
        try story.runEnds(.succeeded, at: 2)
        try story.fact(.cleared, at: 5)
        story.wait(until: 94)
        #expect(story.outcomes.isEmpty)
        story.wait(until: 95)
        #expect(story.outcomes.map(\.verdict) == [.unknown])
        #expect(story.outcomes.first?.reason.contains("silent") == true)
    }

    @Test("waits for telemetry that comes back, as after a broker's restart")
    func backAgain() throws {
        var story = try Scenario()
        try story.heartbeat(at: 0)
        try story.fact(.raised, at: 1)
        try story.runEnds(.succeeded, at: 2)
        try story.fact(.cleared, at: 5)
        story.wait(until: 50)
        try story.heartbeat(at: 51)
        story.wait(until: 52)
        #expect(story.outcomes.map(\.verdict) == [.verified])
    }

    @Test("says verified while the emitters are heard")
    func heard() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 1)
        try story.runEnds(.succeeded, at: 2)
        try story.fact(.cleared, at: 5)
        for second in stride(from: 0, through: 30, by: 5) { try story.heartbeat(at: 5 + Double(second)) }
        story.wait(until: 35)
        #expect(story.outcomes.map(\.verdict) == [.verified])
    }

    @Test("keeps to its budget however long a fact stays open")
    func budget() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        for minute in 0..<59 {
            story.wait(until: Double(minute) * 60)
            try story.runEnds(.succeeded, at: Double(minute) * 60 + 1)
        }
        #expect(story.actions.count == 2)
        #expect(story.decisions.contains("budget"))
        #expect(story.outcomes.count == 2)
    }

    @Test("never gives two actions one id, however long an episode lasts")
    func distinctIDs() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        for minute in 0..<240 {
            story.wait(until: Double(minute) * 60)
            try story.runEnds(.succeeded, at: Double(minute) * 60 + 1)
        }
        #expect(story.actions.count > 4)
        #expect(Set(story.actions.map(\.id)).count == story.actions.count)
        #expect(story.outcomes.count >= story.actions.count - 1)
    }

    @Test("is not impressed by hostile heartbeats", arguments: [1e300, -1, .nan, 0, 1e9])
    func hostileHeartbeat(interval: Double) throws {
        var story = try Scenario()
        try story.heartbeat(at: 0, interval: interval)
        try story.fact(.raised, at: 1)
        try story.runEnds(.succeeded, at: 2)
        try story.fact(.cleared, at: 5)
        story.wait(until: 35)
        #expect(story.outcomes.map(\.verdict) == [.verified])
    }

    @Test("waits for a long run, and does not act beside it")
    func longRun() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        try story.runEnds(.started, at: 1)
        story.wait(until: 7200)
        #expect(story.outcomes.isEmpty && story.actions.count == 1)
        try story.runEnds(.succeeded, at: 7300)
        story.wait(until: 7400)
        #expect(story.outcomes.map(\.verdict) == [.ineffective])
    }

    @Test("gives up a run that never begins")
    func noRun() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        story.wait(until: 1300)
        #expect(story.outcomes.map(\.verdict) == [.unknown])
    }

    @Test("declines while an action on the same target is under way")
    func busy() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        try story.fact(.cleared, at: 1)
        try story.fact(.raised, at: 2, episode: "E2")
        #expect(story.decisions == ["acted", "busy"])
    }

    @Test("declines at the end of a causal chain")
    func chainDepth() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0, depth: 3)
        #expect(story.decisions == ["chain depth"])
        try story.fact(.raised, at: 1, depth: 2, subject: "other")
        #expect(story.actions.map(\.chainDepth) == [3])
    }

    @Test("does nothing in shadow mode but say what it would have done")
    func shadow() throws {
        var story = try Scenario(policy: Scenario.policy.replacing("mode: enforce", with: "mode: shadow"))
        try story.fact(.raised, at: 0)
        #expect(story.decisions == ["shadow"])
        #expect(story.actions.isEmpty)
    }

    @Test("gives the same action id when the same fact is decided again after a crash")
    func deterministic() throws {
        var first = try Scenario()
        try first.fact(.raised, at: 0)
        var second = try Scenario()
        try second.fact(.raised, at: 0)
        #expect(first.actions.map(\.id) == second.actions.map(\.id))
    }

    @Test("looks at an old fact only after the backlog behind it, which may clear it")
    func stale() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        let raised = story.said
        #expect(raised.count == 2)
        var late = try Scenario()
        let fact = Fact(
            name: "service-down", transition: .raised, key: "k", episode: "E", host: "localhost", subject: "nginx",
            severity: .error, first: late.time(0), last: late.time(0), evidence: [])
        var factory = EventFactory(source: EventSource(host: .localhost, role: "analyzer"), seed: 3)
        late.send(try factory.event(.fact, host: .localhost, time: late.time(0), payload: fact), at: 1000)
        #expect(late.decisions == ["stale"])
        late.wait(until: 1010)
        #expect(late.decisions == ["stale", "acted"])
    }
}
