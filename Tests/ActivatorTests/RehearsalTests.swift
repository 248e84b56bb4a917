import ExhaustCore
import ExhaustRuntime
import Logging
import Testing

@testable import Activator

/// What a backtest says of recorded facts.
@Suite("The activator in a rehearsal")
struct RehearsalTests {
    private static let shadow = Scenario.policy.replacing("mode: enforce", with: "mode: shadow")

    private func rehearse(_ facts: [(Fact.Transition, second: Double)], until end: Double) throws -> [Event] {
        let document = try YAMLReader.parse(Self.shadow, file: "policy.yaml")
        let source = EventSource(host: .localhost, role: "activator", incarnation: "test")
        var engine = Rehearsal(
            try PolicySet(document: document), factory: EventFactory(source: source, seed: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var scenario = try Scenario()
        for (transition, second) in facts { try scenario.fact(transition, at: second) }
        var said: [Event] = []
        var rest = scenario.journal.filter { $0.type == .fact }[...]
        for second in 0...Int(end) {
            let now = Scenario.start + .seconds(second)
            said += engine.advance(to: now)
            while let event = rest.first, event.time <= now {
                rest.removeFirst()
                said += engine.handle(event, now: now)
            }
        }
        return said
    }

    @Test("a policy in shadow acts, and says so; its run ends, and the recorded fact decides")
    func acts() throws {
        let said = try rehearse([(.raised, 10), (.cleared, 20)], until: 100)
        let decision = try #require(said.first { $0.type == .decision }).payload(Decision.self)
        #expect(decision.verdict == .acted && decision.reason == "shadow")
        let outcome = try #require(said.first { $0.type == .outcome }).payload(Outcome.self)
        #expect(outcome.verdict == .verified)
    }

    @Test("a fact that stays is acted on as often as limits allow")
    func limits() throws {
        let said = try rehearse([(.raised, 10)], until: 3000)
        #expect(said.filter { $0.type == .action }.count == 2)
        let outcomes = try said.filter { $0.type == .outcome }.map { try $0.payload(Outcome.self) }
        #expect(outcomes.allSatisfy { $0.verdict == .ineffective })
    }
}
