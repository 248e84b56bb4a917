import ExhaustCore
import Testing

@testable import Orchestrator

@Suite("Any run of any workflow")
struct EnginePropertyTests {
    /// A random graph: each task needs some of those before it, under names that do not follow that order.
    private static func workflow(_ generator: inout SeededGenerator) -> (yaml: String, needs: [String: [String]]) {
        let count = Int.random(in: 1...12, using: &generator)
        let names = (0..<count).map { "t\($0)" }
        var needs: [String: [String]] = [:]
        var lines: [String] = []
        for (index, name) in names.enumerated() {
            needs[name] = names[..<index].filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            let retry = Int.random(in: 0...2, using: &generator)
            let condition = Int.random(in: 0..<8, using: &generator) == 0 ? "if: 'false', " : ""
            lines.append(
                """
                    \(name): {\(condition)adapter: agent, action: a.b, timeout: 10s, \
                needs: [\(needs[name, default: []].joined(separator: ", "))], \
                retry: {max: \(retry), delay: \(Int.random(in: 0...3, using: &generator))s, backoff: 2}}
                """)
        }
        lines.shuffle(using: &generator)
        let head = "- name: random\n  inputs: {host: {type: host}}\n  timeout: 1h\n  tasks:\n"
        return (head + lines.joined(separator: "\n"), needs)
    }

    @Test("sends each attempt once and in order, keeps to its needs, and ends")
    func property() throws {
        for seed in 0..<2000 { try Self.run(seed: seed) }
    }

    private static func run(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let (yaml, needs) = workflow(&generator)
        var engine = OrchestratorEngine(workflows: try load(yaml))
        var now = start
        var attempts: [String: Int] = [:]
        var succeeded: Set<String> = []
        var open: [TaskRequest] = []
        var journalled: Set<String> = []
        var ends = 0
        let skipped = Set(engine.workflows["random"]?.tasks.filter { $0.condition != nil }.map(\.name) ?? [])

        func check(_ effects: [Effect]) {
            for effect in effects {
                switch effect {
                case .journal(let run, _):
                    #expect(ends == 0)
                    if run.state == .taskSent, let id = run.taskID { journalled.insert(id) }
                    if run.state.isFinal { ends += 1 }
                    if run.state == .taskSucceeded, let task = run.task { succeeded.insert(task) }
                case .send(let request):
                    #expect(journalled.contains(request.id), "sent before it was journalled")
                    attempts[request.task, default: 0] += 1
                    #expect(request.attempt == attempts[request.task])
                    #expect(!skipped.contains(request.task))
                    for needed in needs[request.task, default: []] {
                        #expect(succeeded.contains(needed) || skipped.contains(needed))
                    }
                    open.append(request)
                }
            }
        }

        check(engine.start(try action("random"), now: now))
        var steps = 0
        while engine.runCount > 0, steps < 500 {
            steps += 1
            if !open.isEmpty, Int.random(in: 0..<5, using: &generator) > 0 {
                let request = open.remove(at: Int.random(in: 0..<open.count, using: &generator))
                let statuses: [TaskResult.Status] = [.succeeded, .succeeded, .succeeded, .failed, .unknown, .refused]
                let status = statuses[Int.random(in: 0..<statuses.count, using: &generator)]
                let result = request.result(status, reason: "r", finished: now)
                check(engine.handle(result, now: now))
                // A repeated result, as at-least-once delivery gives it, changes nothing.
                check(engine.handle(result, now: now))
            } else {
                now = now + .seconds(Int.random(in: 1...12, using: &generator))
                check(engine.advance(to: now))
            }
        }
        #expect(engine.runCount == 0, "seed \(seed) did not end")
        #expect(ends == 1)
        #expect(attempts.values.allSatisfy { $0 <= 3 })
    }
}
