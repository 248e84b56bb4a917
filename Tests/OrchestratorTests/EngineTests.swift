import ExhaustCore
import Testing

@testable import Orchestrator

@Suite("Runs of workflows")
struct EngineTests {
    private static let chain = """
        - name: chain
          inputs: {host: {type: host}}
          tasks:
            one: {adapter: agent, action: service.status, with: {name: nginx}}
            two: {needs: [one], adapter: agent, action: service.restart, with: {name: "{{ tasks.one.output.unit }}"}}
        """

    @Test("tasks that need each other run in sequence, and outputs reach later tasks")
    func sequence() throws {
        var bench = try Bench(Self.chain)
        #expect(bench.begin(try action("chain")) == ["started", "task-sent one/1", "send one/1"])
        #expect(
            try bench.answer("one", output: ["unit": "nginx.service"]) == [
                "task-succeeded one/1", "task-sent two/1", "send two/1",
            ])
        #expect(try bench.request("two").parameters == ["name": "nginx.service"])
        #expect(try bench.answer("two") == ["task-succeeded two/1", "succeeded"])
        #expect(bench.engine.runCount == 0)
    }

    @Test("the middle of a diamond runs in parallel and its end waits for both")
    func diamond() throws {
        var bench = try Bench(
            """
            - name: diamond
              inputs: {host: {type: host}}
              tasks:
                join: {needs: [left, right], adapter: agent, action: a.join}
                left: {needs: [top], adapter: agent, action: a.left}
                right: {needs: [top], adapter: agent, action: a.right}
                top: {adapter: agent, action: a.top}
            """)
        #expect(bench.begin(try action("diamond")) == ["started", "task-sent top/1", "send top/1"])
        #expect(
            try bench.answer("top") == [
                "task-succeeded top/1", "task-sent left/1", "send left/1", "task-sent right/1", "send right/1",
            ])
        #expect(try bench.answer("right") == ["task-succeeded right/1"])
        #expect(try bench.answer("left") == ["task-succeeded left/1", "task-sent join/1", "send join/1"])
        #expect(try bench.answer("join").last == "succeeded")
    }

    private static let retried = """
        - name: retried
          inputs: {host: {type: host}}
          tasks:
            try: {adapter: agent, action: a.b, timeout: 30s, retry: {max: 2, delay: 5s, backoff: 3}}
        """

    @Test("a failed task is tried again after a delay that grows, under a new id, and then no more")
    func retries() throws {
        var bench = try Bench(Self.retried)
        _ = bench.begin(try action("retried"))
        #expect(try bench.request("try").id == "01JACTION0000000000000000A-try-1")
        #expect(try bench.answer("try", .failed, reason: "exit 1") == ["task-retrying try/1: exit 1"])
        #expect(bench.wait(.seconds(4)).isEmpty)
        #expect(bench.wait(.seconds(1)) == ["task-sent try/2", "send try/2"])
        #expect(try bench.request("try").id == "01JACTION0000000000000000A-try-2")
        #expect(try bench.answer("try", .unknown, reason: "agent died") == ["task-retrying try/2: unknown: agent died"])
        #expect(bench.wait(.seconds(14)).isEmpty)
        #expect(bench.wait(.seconds(1)) == ["task-sent try/3", "send try/3"])
        #expect(
            try bench.answer("try", .failed, reason: "exit 1") == [
                "task-failed try/3: exit 1", "failed: task 'try' failed: exit 1",
            ])
    }

    @Test("a task without a result in time is tried again, and its late result changes nothing")
    func timeouts() throws {
        var bench = try Bench(Self.retried)
        _ = bench.begin(try action("retried"))
        let first = try bench.request("try")
        #expect(bench.wait(.seconds(29)).isEmpty)
        #expect(bench.wait(.seconds(1)) == ["task-retrying try/1: no result within 30s"])
        #expect(bench.handle(first.result(.succeeded, finished: bench.now)).isEmpty)
        #expect(bench.wait(.seconds(5)) == ["task-sent try/2", "send try/2"])
        #expect(bench.handle(first.result(.succeeded, finished: bench.now)).isEmpty)
        #expect(try bench.answer("try").last == "succeeded")
    }

    @Test("a refused task is not tried again")
    func refused() throws {
        var bench = try Bench(Self.retried)
        _ = bench.begin(try action("retried"))
        #expect(
            try bench.answer("try", .refused, reason: "policy: not allowed") == [
                "task-failed try/1: refused: policy: not allowed",
                "failed: task 'try' failed: refused: policy: not allowed",
            ])
    }

    @Test("after a failure running tasks may end, nothing new starts, and the run names the first that failed")
    func failureStopsNewTasks() throws {
        var bench = try Bench(
            """
            - name: two
              inputs: {host: {type: host}}
              tasks:
                bad: {adapter: agent, action: a.b}
                good: {adapter: agent, action: a.b}
                flaky: {adapter: agent, action: a.b, retry: {max: 9, delay: 1s}}
                after: {needs: [good], adapter: agent, action: a.b}
            """)
        _ = bench.begin(try action("two"))
        _ = try bench.answer("flaky", .failed, reason: "busy")
        #expect(try bench.answer("bad", .failed, reason: "broken") == ["task-failed bad/1: broken"])
        #expect(bench.wait(.seconds(10)).isEmpty)
        #expect(
            try bench.answer("good") == ["task-succeeded good/1", "failed: task 'bad' failed: broken"])
    }

    @Test("a workflow's timeout ends the run at once")
    func workflowTimeout() throws {
        var bench = try Bench(
            """
            - name: slow
              inputs: {host: {type: host}}
              timeout: 90s
              tasks: {wait: {adapter: agent, action: a.b, timeout: 10m}}
            """)
        _ = bench.begin(try action("slow"))
        #expect(try bench.request("wait").notAfter == start + .seconds(600))
        #expect(bench.wait(.seconds(90)) == ["failed: the run took longer than 90s"])
        #expect(try bench.answer("wait").isEmpty)
    }

    @Test("an agent's task may start for at most 15 minutes, however long its timeout is")
    func longTimeout() throws {
        var bench = try Bench(
            """
            - name: long
              inputs: {host: {type: host}}
              tasks: {wait: {adapter: agent, action: a.b, timeout: 2h}}
            """)
        _ = bench.begin(try action("long"))
        let request = try bench.request("wait")
        #expect(request.notAfter == start + .seconds(900))
        #expect(request.deadline == start + .seconds(7200))
    }

    @Test("a task whose condition gives false is skipped, and what needs it still runs")
    func conditions() throws {
        var bench = try Bench(
            """
            - name: maybe
              inputs: {host: {type: host}, url: {type: url, default: ""}}
              tasks:
                probe: {if: url != "", adapter: http, action: get, with: {url: "{{ url }}"}}
                after: {needs: [probe], adapter: agent, action: a.b}
            """)
        #expect(bench.begin(try action("maybe")) == ["started", "task-sent after/1", "send after/1"])
        let given = try action("maybe", ["host": "web-01", "url": "http://a/"], id: "B")
        #expect(bench.begin(given) == ["started", "task-sent probe/1", "send probe/1"])
        #expect(try bench.request("probe").parameters == ["url": "http://a/"])
    }

    @Test("a template that cannot be rendered fails its task, without further attempts")
    func rendering() throws {
        var bench = try Bench(Self.chain)
        _ = bench.begin(try action("chain"))
        let problem = "cannot render with: column 20: no such field 'unit'"
        #expect(
            try bench.answer("one") == [
                "task-succeeded one/1", "task-failed two/1: \(problem)", "failed: task 'two' failed: \(problem)",
            ])
    }

    @Test("a result from another host than the task's is ignored")
    func wrongHost() throws {
        var bench = try Bench(Self.chain)
        _ = bench.begin(try action("chain"))
        var forged = try bench.request("one").result(.succeeded, finished: start)
        forged.host = "db-07"
        #expect(bench.handle(forged).isEmpty)
    }

    @Test("actions that are stale, unknown, malformed or short of inputs become failed runs that say why")
    func refusedActions() throws {
        var bench = try Bench(Self.chain, maxRuns: 1)
        let stale = try action("chain", id: "1", notAfter: start - .seconds(1))
        #expect(bench.begin(stale) == ["failed: stale"])
        #expect(bench.begin(try action("nope", id: "2")) == ["failed: there is no workflow 'nope'"])
        #expect(bench.begin(try action("chain", [:], id: "3")) == ["failed: input 'host' is missing"])
        let unknown = try action("chain", ["host": "web-01", "hots": 1], id: "4")
        #expect(bench.begin(unknown) == ["failed: workflow 'chain' has no input 'hots'"])
        let mistyped = try action("chain", ["host": 5], id: "5")
        #expect(
            bench.begin(mistyped) == [
                "failed: input 'host': expected a host id (a-z, 0-9 and -, at most 63), found int"
            ])
        var malformed = try action("chain", id: "6")
        malformed.data["not_after"] = nil
        let effects = bench.begin(malformed)
        #expect(effects.first?.contains("'not_after' is missing") == true, "\(effects)")
        #expect(bench.begin(try action("chain", id: "7")).first == "started")
        #expect(bench.begin(try action("chain", id: "8")) == ["failed: busy: 1 runs are under way"])
    }

    @Test("an action delivered twice starts one run; after its end it starts none")
    func duplicates() throws {
        var bench = try Bench(Self.chain)
        let event = try action("chain")
        _ = bench.begin(event)
        #expect(bench.begin(event).isEmpty)
        _ = try bench.answer("one", output: ["unit": "x"])
        _ = try bench.answer("two")
        #expect(bench.begin(event).isEmpty)
        #expect(bench.engine.runCount == 0)
    }

    @Test("an action delivered to another life of the orchestrator gives the same task ids")
    func redelivery() throws {
        var ids: [[String]] = []
        for life in 0..<2 {
            var bench = try Bench(Self.chain)
            bench.now = start + .seconds(life * 40)
            _ = bench.begin(try action("chain"))
            _ = try bench.answer("one", output: ["unit": "x"])
            ids.append(try [bench.request("one").id, bench.request("two").id])
        }
        #expect(ids[0] == ids[1])
        #expect(ids[0] == ["01JACTION0000000000000000A-one-1", "01JACTION0000000000000000A-two-1"])
    }

    @Test("running runs keep the workflow with which they began")
    func reload() throws {
        var bench = try Bench(Self.chain)
        _ = bench.begin(try action("chain"))
        bench.engine.workflows = [:]
        #expect(try bench.answer("one", output: ["unit": "x"]).last == "send two/1")
        #expect(bench.begin(try action("chain", id: "2")).first == "failed: there is no workflow 'chain'")
    }
}
