import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Activator

/// An instance that takes over knows from the journal what the last one knew.
@Suite("The activator after a takeover")
struct RestoringTests {
    /// A story that breaks off; `journal` is what was told until then.
    private func begin(_ steps: (inout Scenario) throws -> Void) throws -> [Event] {
        var story = try Scenario()
        try steps(&story)
        return story.journal
    }

    private func takeOver(_ journal: [Event], at seconds: Double) throws -> Scenario {
        var next = try Scenario()
        for event in journal { next.engine.restore(event) }
        next.engine.restored([0], of: 1, now: next.time(seconds))
        return next
    }

    @Test("an action under way is judged by the next instance, and only once")
    func judged() throws {
        let journal = try begin { story in
            try story.fact(.raised, at: 0)
            try story.runEnds(.succeeded, at: 2)
        }
        var next = try takeOver(journal, at: 3)
        try next.fact(.cleared, at: 5)
        next.wait(until: 35)
        #expect(next.outcomes.map(\.verdict) == [.verified])
        #expect(next.actions.isEmpty)
    }

    @Test("cooldown and budget outlive the instance that spent them")
    func limits() throws {
        let journal = try begin { story in
            try story.fact(.raised, at: 0)
            try story.runEnds(.succeeded, at: 2)
            try story.fact(.cleared, at: 5)
            story.wait(until: 36)
        }
        #expect(journal.contains { $0.type == .outcome })
        var next = try takeOver(journal, at: 40)
        try next.fact(.raised, at: 60, episode: "E2")
        #expect(next.decisions == ["cooldown"])
        next.wait(until: 601)
        #expect(next.decisions == ["cooldown", "acted"])
    }

    @Test("a decision whose action never got out is made again, under the same id")
    func lostAction() throws {
        let journal = try begin { try $0.fact(.raised, at: 0) }
        let action = try #require(journal.first { $0.type == .action })
        var next = try takeOver(journal.filter { $0.type != .action }, at: 3)
        next.wait(until: 20)
        #expect(next.actions.map(\.id) == [action.id])
    }

    @Test("a fact that nobody decided on is decided as soon as it is delivered")
    func undecided() throws {
        let journal = try begin { try $0.fact(.raised, at: 0) }
        var next = try takeOver(journal.filter { $0.type == .fact }, at: 3)
        try next.fact(.raised, at: 3)
        #expect(next.decisions == ["acted"])
        next.wait(until: 30)
        #expect(next.decisions == ["acted"])
    }

    @Test("a fact that is delivered again after its action was told leads to nothing")
    func repeated() throws {
        let journal = try begin { try $0.fact(.raised, at: 0) }
        var next = try takeOver(journal, at: 3)
        try next.fact(.raised, at: 3)
        next.wait(until: 30)
        #expect(next.said.isEmpty)
    }

    @Test("a fact that had cleared is not raised by what is delivered again")
    func clearedBefore() throws {
        let journal = try begin { story in
            try story.fact(.raised, at: 0)
            try story.runEnds(.succeeded, at: 2)
            try story.fact(.cleared, at: 5)
        }
        var next = try takeOver(journal, at: 6)
        try next.fact(.raised, at: 6)
        try next.fact(.cleared, at: 6)
        next.wait(until: 40)
        #expect(next.outcomes.map(\.verdict) == [.verified])
        #expect(next.decisions.isEmpty)
        try next.fact(.raised, at: 700, episode: "E2")
        #expect(next.decisions == ["acted"])
    }

    @Test("an action that the journal holds twice is one, judged under one id by whoever judges it")
    func toldTwice() throws {
        let journal = try begin { story in
            try story.fact(.raised, at: 0)
            try story.runEnds(.succeeded, at: 2)
            try story.fact(.cleared, at: 5)
        }
        let action = try #require(journal.first { $0.type == .action })
        var next = try takeOver(journal + [action], at: 6)
        next.wait(until: 40)
        var other = try takeOver(journal, at: 7)
        other.wait(until: 40)
        #expect(next.outcomes.map(\.verdict) == [.verified])
        #expect(next.said.map(\.id) == other.said.map(\.id))
        #expect(next.engine.targets.values.map(\.actionsInEpisode) == [1])
    }

    @Test("a partition that is given up leaves nothing behind")
    func released() throws {
        var story = try Scenario()
        try story.fact(.raised, at: 0)
        story.engine.release([0], of: 1)
        story.wait(until: 10_000)
        #expect(story.outcomes.isEmpty)
        #expect(story.engine.open.isEmpty && story.engine.targets.isEmpty)
    }
}
