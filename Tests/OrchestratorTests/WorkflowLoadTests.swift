import ExhaustCore
import Testing

@testable import Orchestrator

@Suite("Workflow files")
struct WorkflowLoadTests {
    /// What loading `yaml` says, with the version line in front of it.
    private static func problem(_ yaml: String) -> String {
        var library = WorkflowLibrary()
        do {
            try library.add("version: 1\nworkflows:\n\(yaml)", file: "w.yaml")
            return "no problem"
        } catch {
            return "\(error)"
        }
    }

    /// One workflow with these lines below `tasks:`, each on a line of its own from line 6 on.
    private static func problem(inTasks lines: String...) -> String {
        problem(
            "- name: w\n  inputs: {host: {type: host}, n: {type: int, default: 1}}\n  tasks:\n"
                + lines.map { "    \($0)\n" }.joined())
    }

    /// One workflow with these inputs on line 4.
    private static func problem(inInputs inputs: String) -> String {
        problem("- name: w\n  inputs: \(inputs)\n  tasks: {a: {adapter: agent, action: a.b, host: web-01}}\n")
    }

    @Test("the workflows in deploy/workflows load")
    func deployed() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let library = try WorkflowLibrary(paths: ["/\(root)/deploy/workflows"])
        #expect(library.workflows.keys.sorted() == ["clean-filesystem", "restart-service"])
        let restart = try #require(library.workflows["restart-service"])
        #expect(restart.tasks.map(\.name) == ["check", "restart", "confirm", "probe"])
        #expect(restart.tasks[1].retry == RetryPolicy(max: 2, delay: .seconds(5), backoff: 2))
    }

    @Test("a loop is printed task by task")
    func cycle() {
        #expect(
            Self.problem(
                inTasks: "a: {adapter: agent, action: a.b, needs: [c]}", "b: {adapter: agent, action: a.b, needs: [a]}",
                "c: {adapter: agent, action: a.b, needs: [b]}", "d: {adapter: agent, action: a.b, needs: [a]}")
                == "w.yaml:6: workflows[0].tasks.a.needs: the tasks need each other in a loop: a → c → b → a")
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, needs: [a]}")
                == "w.yaml:6: workflows[0].tasks.a.needs: the tasks need each other in a loop: a → a")
    }

    @Test("names of tasks, adapters and inputs that do not exist get a suggestion")
    func unknownNames() {
        #expect(
            Self.problem(
                inTasks: "check: {adapter: agent, action: a.b}", "b: {adapter: agent, action: a.b, needs: [chek]}")
                == "w.yaml:7: workflows[0].tasks.b.needs[0]: unknown task 'chek', did you mean 'check'?")
        #expect(
            Self.problem(inTasks: "a: {adapter: htp, action: get}")
                == "w.yaml:6: workflows[0].tasks.a.adapter: unknown adapter 'htp', did you mean 'http'?")
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, with: {name: \"{{ hst }}\"}}")
                == "w.yaml:6: workflows[0].tasks.a.with.name: unknown name 'hst', did you mean 'host'?")
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, need: [x]}")
                == "w.yaml:6: workflows[0].tasks.a.need: unknown key, did you mean 'needs'?")
        #expect(
            Self.problem(inInputs: "{host: {type: sting}}")
                == "w.yaml:4: workflows[0].inputs.host.type: unknown type 'sting', did you mean 'string'?")
    }

    @Test("a template may use inputs and the outputs of tasks that have ended, nothing else")
    func references() {
        let first = "a: {adapter: agent, action: a.b}"
        #expect(
            Self.problem(inTasks: first, "b: {adapter: agent, action: a.b, with: {x: \"{{ tasks.a.output.y }}\"}}")
                == "w.yaml:7: workflows[0].tasks.b.with.x: task 'a' may not have ended: add it to needs")
        #expect(
            Self.problem(
                inTasks: first, "b: {adapter: agent, action: a.b, needs: [a]}",
                "c: {adapter: agent, action: a.b, needs: [b], if: tasks.a.output.ok, "
                    + "with: {x: [\"{{ tasks.b.output.y }}\"]}}")
                == "no problem")
        #expect(
            Self.problem(inTasks: first, "b: {adapter: agent, action: a.b, needs: [a], if: tasks.z.output.ok}")
                == "w.yaml:7: workflows[0].tasks.b.if: unknown task 'z', did you mean 'a'?")
        #expect(
            Self.problem(inTasks: first, "b: {adapter: agent, action: a.b, needs: [a], if: 'tasks[\"a\"].output.ok'}")
                == "w.yaml:7: workflows[0].tasks.b.if: write tasks.NAME.output to refer to what a task gave")
        // Neither text outside of braces nor a string is a reference.
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, with: {x: \"tasks.q {{ 'tasks.q' + host }}\"}}")
                == "no problem")
    }

    @Test("templates and conditions that are no expressions say where they break")
    func syntax() {
        let template = Self.problem(inTasks: "a: {adapter: agent, action: a.b, with: {x: {y: [1, \"{{ host + }}\"]}}}")
        #expect(template.hasPrefix("w.yaml:6: workflows[0].tasks.a.with.x.y[1]: column 11: "), "\(template)")
        let condition = Self.problem(inTasks: "a: {adapter: agent, action: a.b, if: n >}")
        #expect(condition.hasPrefix("w.yaml:6: workflows[0].tasks.a.if: column 4: "), "\(condition)")
    }

    @Test("inputs are checked against their types, defaults included")
    func inputs() {
        #expect(
            Self.problem(inInputs: "{n: {type: int, default: \"5\"}}")
                == "w.yaml:4: workflows[0].inputs.n.default: expected an integer, found string")
        #expect(
            Self.problem(inInputs: "{n: {type: int, required: true, default: 5}}")
                == "w.yaml:4: workflows[0].inputs.n.default: a required input has no default")
        #expect(
            Self.problem(inInputs: "{n: {type: int, required: false}}")
                == "w.yaml:4: workflows[0].inputs.n: an input that is not required needs a default")
        #expect(
            Self.problem(inInputs: "{tasks: {type: int}}")
                == "w.yaml:4: workflows[0].inputs.tasks: expected a letter or _, then letters, digits or _; and not "
                + "'tasks'")
        #expect(
            Self.problem(inInputs: "{u: {type: url, default: \"ftp://x/\"}}")
                == "w.yaml:4: workflows[0].inputs.u.default: expected an http or https URL, found string")
    }

    @Test("numbers out of range, bad names and missing hosts are errors")
    func limits() {
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, timeout: 0s}")
                == "w.yaml:6: workflows[0].tasks.a.timeout: expected more than 0s and at most 7d")
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, retry: {max: 100}}")
                == "w.yaml:6: workflows[0].tasks.a.retry.max: expected 0 to 99")
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: a.b, retry: {max: 1, backoff: 0.5}}")
                == "w.yaml:6: workflows[0].tasks.a.retry.backoff: expected 1 to 100")
        #expect(
            Self.problem(inTasks: "a-b: {adapter: agent, action: a.b}")
                == "w.yaml:6: workflows[0].tasks.a-b: expected a letter or _, then letters, digits or _; at most 32")
        #expect(
            Self.problem(inTasks: "a: {adapter: agent, action: restart}")
                == "w.yaml:6: workflows[0].tasks.a.action: expected words joined by dots, such as service.restart, "
                + "not 'restart'")
        #expect(
            Self.problem("- name: w\n  tasks:\n    a: {adapter: agent, action: a.b}\n")
                == "w.yaml:5: workflows[0].tasks.a: the task must say where: give it 'host', or the workflow an input "
                + "'host'")
        #expect(Self.problem("- name: w\n  tasks: {}\n") == "w.yaml:4: workflows[0].tasks: a workflow needs a task")
        #expect(
            Self.problem("- name: Two Words\n  tasks: {a: {adapter: agent, action: a.b, host: h}}\n")
                == "w.yaml:3: workflows[0].name: expected 1 to 63 of a-z, 0-9 and -, not 'Two Words'")
    }

    @Test("http tasks are checked as far as their templates allow")
    func http() {
        #expect(
            Self.problem(inTasks: "a: {adapter: http, action: fetch, with: {url: \"http://x/\"}}")
                == "w.yaml:6: workflows[0].tasks.a.action: unknown http action 'fetch'")
        #expect(
            Self.problem(inTasks: "a: {adapter: http, action: get}")
                == "w.yaml:6: workflows[0].tasks.a.with: an http task needs 'url'")
        for url in ["file:///etc/passwd", "http://", "http://user:pw@x/", "http://x/ y", "//x/"] {
            #expect(
                Self.problem(inTasks: "a: {adapter: http, action: get, with: {url: \"\(url)\"}}")
                    == "w.yaml:6: workflows[0].tasks.a.with.url: expected an http or https URL without credentials or "
                    + "blanks")
        }
        #expect(
            Self.problem(inTasks: "a: {adapter: http, action: get, with: {url: \"http://x/\", text: x}}")
                == "w.yaml:6: workflows[0].tasks.a.with.text: a get request has no body")
        #expect(
            Self.problem(inTasks: "a: {adapter: http, action: get, with: {url: \"http://x/\", expect: [200, 99]}}")
                == "w.yaml:6: workflows[0].tasks.a.with.expect: expected a status from 100 to 599, a range such as "
                + "200-299, or a list of them")
        #expect(
            Self.problem(
                inTasks: "a: {adapter: http, action: get, with: {url: \"http://x/\", headers: {A: \"b\\nC: d\"}}}")
                == "w.yaml:6: workflows[0].tasks.a.with.headers.A: expected a header's name and text on one line")
        #expect(
            Self.problem(inTasks: "a: {adapter: http, action: get, with: {urll: \"http://x/\"}}")
                == "w.yaml:6: workflows[0].tasks.a.with.urll: unknown http parameter, did you mean 'url'?")
    }

    @Test("one name stands once, in whatever file")
    func twice() throws {
        let text = "version: 1\nworkflows:\n- name: w\n  tasks: {a: {adapter: agent, action: a.b, host: h}}\n"
        var library = WorkflowLibrary()
        try library.add(text, file: "one.yaml")
        #expect(throws: (any Error).self) { try library.add(text, file: "two.yaml") }
        do {
            try library.add(text, file: "two.yaml")
        } catch {
            #expect("\(error)" == "two.yaml:3: workflows[0].name: workflow 'w' stands already at one.yaml:3")
        }
    }

    @Test("another version is refused")
    func version() {
        var library = WorkflowLibrary()
        do {
            try library.add("version: 2\nworkflows: []\n", file: "w.yaml")
            Issue.record("it was taken")
        } catch {
            #expect("\(error)" == "w.yaml:1: version: expected 1, found 2")
        }
    }

    @Test("damaged files never crash the loader")
    func mutations() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let original = try FileContent.read("/\(root)/deploy/workflows/restart-service.yaml")
        var generator = SeededGenerator(seed: 7)
        var accepted = 0
        for _ in 0..<10_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
                }
            }
            var library = WorkflowLibrary()
            do {
                try library.add(String(decoding: bytes, as: UTF8.self), file: "w.yaml")
                accepted += 1
            } catch {
                #expect(error.location?.hasPrefix("w.yaml") == true, "\(error)")
            }
        }
        #expect(accepted > 0)
    }
}
