import ExhaustCore
import Testing

@testable import Orchestrator

@Suite("Runs that another instance goes on with")
struct ResumeTests {
    private static let workflows = """
        - name: mend
          inputs: {host: {type: host}}
          tasks:
            look: {adapter: agent, action: service.status, with: {name: nginx}}
            stop: {needs: [look], adapter: agent, action: service.stop, with: {name: "{{ tasks.look.output.unit }}"}}
            wipe: {needs: [look], adapter: agent, action: disk.clean, retry: {max: 2, delay: 5s}}
            start: {needs: [stop, wipe], adapter: agent, action: service.start, with: {name: nginx}}
        """

    /// The history of a run that told `steps` before its orchestrator died.
    private func history(_ steps: some Sequence<Run>) throws -> RunHistory {
        var history = RunHistory()
        history.take(try action("mend"))
        for step in steps {
            let data = try #require(ValueEncoder().encode(step).map)
            let host = try #require(HostID("web-01"))
            history.take(
                Event(type: .run, source: "//central/orchestrator/1", id: "x", time: start, host: host, data: data))
        }
        return history
    }

    /// Plays the run to its end; `wipe` fails at first.
    private func finish(_ bench: inout Bench, sent: Int = 0) throws {
        var answered = sent
        for _ in 0..<50 where bench.engine.runCount > 0 {
            if answered < bench.requests.count {
                let request = bench.requests[answered]
                answered += 1
                let fails = request.task == "wipe" && request.attempt == 1
                _ = try bench.answer(
                    request.task, fails ? .failed : .succeeded, reason: fails ? "busy" : nil,
                    output: ["unit": "nginx.service"])
            } else {
                _ = bench.wait(.seconds(6))
            }
        }
    }

    @Test("wherever the first instance stopped, the second tells the rest, and sends nothing that is done")
    func anywhere() throws {
        var undisturbed = try Bench(Self.workflows)
        _ = undisturbed.begin(try action("mend"))
        try finish(&undisturbed)
        let whole = undisturbed.steps
        #expect(whole.last?.state == .succeeded)
        for count in 1..<whole.count {
            var next = try Bench(Self.workflows)
            _ = next.adopt(try history(whole.prefix(count)))
            try finish(&next)
            let told = whole.prefix(count) + next.steps
            #expect(Set(told.map(RunHistory.key)) == Set(whole.map(RunHistory.key)), "cut after \(count)")
            #expect(told.count == whole.count, "cut after \(count): a step is told once")
            let done = Set(whole.prefix(count).filter { $0.state == .taskSucceeded }.compactMap(\.taskID))
            #expect(done.isDisjoint(with: next.requests.map(\.id)), "cut after \(count)")
            if let stop = next.requests.first(where: { $0.task == "stop" }) {
                #expect(stop.parameters == ["name": "nginx.service"], "the output of 'look' is in the journal")
            }
        }
    }

    @Test("an action of a run that has ended starts nothing when it comes again")
    func ended() throws {
        var undisturbed = try Bench(Self.workflows)
        _ = undisturbed.begin(try action("mend"))
        try finish(&undisturbed)
        var next = try Bench(Self.workflows)
        #expect(next.adopt(try history(undisturbed.steps)).isEmpty)
        #expect(next.begin(try action("mend")).isEmpty)
    }

    @Test("a run whose workflow is gone fails and says so; one that was given up is forgotten")
    func gone() throws {
        var bench = try Bench(Self.workflows)
        _ = bench.begin(try action("mend"))
        let begun = try history(bench.steps)
        bench.engine.release([0], of: 1)
        #expect(bench.engine.runCount == 0)
        var next = try Bench(
            "- {name: other, inputs: {host: {type: host}}, tasks: {one: {adapter: agent, action: a.b}}}"
        )
        #expect(next.adopt(begun) == ["failed: there is no workflow 'mend'"])
    }
}
