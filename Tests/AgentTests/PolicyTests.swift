import Agent
import ExhaustCore
import Testing

@Suite("Local policy") struct PolicyTests {
    let catalogue = ActionCatalogue([CountingExecutor()])

    private func policy(_ text: String) throws -> LocalPolicy {
        try LocalPolicy.parse(Array(text.utf8), file: "policy.yaml", catalogue: catalogue)
    }

    private func allows(_ policy: LocalPolicy, _ action: String, _ parameters: ValueMap) -> Bool {
        guard let call = try? catalogue.call(action, parameters) else { return false }
        return (try? policy.rules(allowing: call)) != nil
    }

    @Test("An empty policy allows nothing")
    func empty() throws {
        let policy = try policy("version: 1")
        for name in catalogue.names { #expect(!allows(policy, name, ["name": "nginx"])) }
    }

    @Test("A path constraint ends at a folder's border")
    func pathPrefix() throws {
        let policy = try policy(Bench.openPolicy)
        for (path, expected) in [
            ("/var/tmp/cache", true), ("/var/tmp/cache/", true), ("/var/tmp/cache/a/b", true),
            ("/var/tmp/cachet", false), ("/var/tmp", false), ("/var/tmp/cache/../x", false), ("/VAR/tmp/cache", false),
        ] {
            #expect(allows(policy, "disk.clean", ["path": .string(path), "pattern": "*.tmp"]) == expected)
        }
    }

    @Test("A duration's limits hold at both ends, and for the default")
    func durations() throws {
        let policy = try policy(
            """
            version: 1
            allow:
            - action: disk.clean
              parameters: {path: {any: true}, pattern: {any: true}, older_than: {min: 1h, max: 2h}}
            """)
        for (age, expected) in [("1h", true), ("2h", true), ("59m", false), ("121m", false), ("3600s", true)] {
            let parameters: ValueMap = ["path": "/a", "pattern": "*", "older_than": .string(age)]
            #expect(allows(policy, "disk.clean", parameters) == expected)
        }
        #expect(!allows(policy, "disk.clean", ["path": "/a", "pattern": "*"]))
    }

    @Test("Deny wins over every allow, whatever the order")
    func denyWins() throws {
        let policy = try policy(
            """
            version: 1
            deny:
            - {action: service.stop, parameters: {name: {prefix: ssh}}}
            - {action: service.start}
            allow:
            - {action: service.stop, parameters: {name: {any: true}}}
            - {action: service.stop, parameters: {name: {one_of: [sshd]}}}
            - {action: service.start, parameters: {name: {any: true}}}
            """)
        #expect(allows(policy, "service.stop", ["name": "nginx"]))
        #expect(!allows(policy, "service.stop", ["name": "sshd"]))
        #expect(!allows(policy, "service.stop", ["name": "ssh"]))
        #expect(!allows(policy, "service.start", ["name": "nginx"]))
    }

    static let mistakes: [(String, String)] = [
        ("version: 2", "policy.yaml:1: version: this agent reads version 1"),
        ("allow: []", "policy.yaml: 'version' is missing"),
        (
            "version: 1\nallow:\n- action: service.restrt\n  parameters: {name: {any: true}}",
            "policy.yaml:3: allow[0].action: no action is named 'service.restrt'"
        ),
        (
            "version: 1\nallow:\n- action: service.start",
            "policy.yaml:3: allow[0].parameters: says nothing of the parameter 'name'"
        ),
        (
            "version: 1\nallow:\n- action: service.start\n  parameters:\n    nmae: {any: true}",
            "policy.yaml:5: allow[0].parameters.nmae: service.start has no such parameter"
        ),
        (
            "version: 1\nallow:\n- action: service.start\n  parameters:\n    name: {}",
            "policy.yaml:5: allow[0].parameters.name: says nothing; give one_of, prefix, min or max, or any: true"
        ),
        (
            "version: 1\nallow:\n- action: service.start\n  parameters:\n    name: {min: 1s}",
            "policy.yaml:5: allow[0].parameters.name: min and max are for durations"
        ),
        (
            "version: 1\nallow:\n- action: service.start\n  parameters:\n    name: {one_of: ['a;b']}",
            "policy.yaml:5: allow[0].parameters.name: one_of: not a service name"
        ),
        (
            "version: 1\nallow:\n- action: service.start\n  parameters: {name: {any: true}}\n"
                + "  rate: {max: 1, within: 2d}",
            "policy.yaml:5: allow[0].rate.within: must be more than nothing and at most 1d"
        ),
        ("version: 1\nalow: []", "policy.yaml:2: alow: unknown key, did you mean 'allow'?"),
    ]

    @Test("A mistake is refused with file, line and key", arguments: mistakes)
    func mistake(_ text: String, _ message: String) throws {
        let error = #expect(throws: ExhaustError.self) { try policy(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("A file that others could write is refused, with advice")
    func fileMode() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("policy.yaml", Bench.openPolicy, mode: 0o644)
        _ = try LocalPolicy.load(path: path, catalogue: catalogue)
        for mode: UInt32 in [0o664, 0o646, 0o666] {
            try folder.write("policy.yaml", Bench.openPolicy, mode: mode)
            let error = #expect(throws: ExhaustError.self) { try LocalPolicy.load(path: path, catalogue: catalogue) }
            #expect(error?.advice == "chmod go-w \(path)")
        }
    }

    @Test("What the sample policies in deploy/config allow is read")
    func sample() throws {
        let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let text = try FileContent.read(path + "/deploy/config/agent-policy.yaml")
        _ = try LocalPolicy.parse(text, file: "agent-policy.yaml", catalogue: catalogue)
    }

    @Test("Of 20,000 random calls none is allowed that the allow-list does not spell out")
    func randomCalls() throws {
        let policy = try policy(Bench.openPolicy)
        var generator = SeededGenerator(seed: 7)
        let names = ["nginx", "rsyslog", "sshd", "web", "nginx.service", "sshd.service", "-x", "a b", "", "../nginx"]
        let paths = ["/var/tmp/cache", "/var/tmp/cache/x", "/var/tmp/cachex", "/", "/etc", "/var/tmp/cache/../..", "x"]
        let patterns = ["*.tmp", "*", "a/*.tmp", ""]
        let ages: [Value?] = [nil, "0s", "30d", "31d", "-1s", 5, "x"]
        var allowed = 0
        for _ in 0..<20_000 {
            let action = catalogue.names.randomElement(using: &generator) ?? ""
            let name = names.randomElement(using: &generator) ?? ""
            let path = paths.randomElement(using: &generator) ?? ""
            let pattern = patterns.randomElement(using: &generator) ?? ""
            let age = ages.randomElement(using: &generator) ?? nil
            var parameters: ValueMap = ["name": .string(name)]
            if action == "disk.clean" {
                parameters = ["path": .string(path), "pattern": .string(pattern)]
                parameters["older_than"] = age
            }
            if Int.random(in: 0..<20, using: &generator) == 0 { parameters["extra"] = 1 }
            guard allows(policy, action, parameters) else { continue }
            allowed += 1
            #expect(parameters["extra"] == nil)
            switch action {
            case "disk.clean":
                #expect(["/var/tmp/cache", "/var/tmp/cache/x"].contains(path) && pattern == "*.tmp")
                #expect([nil, "0s", "30d"].contains(age))
            case "service.restart": #expect(["nginx", "rsyslog", "web", "nginx.service"].contains(name))
            case "service.stop": #expect(["nginx", "rsyslog", "web", "nginx.service"].contains(name))
            case "service.start", "service.status": #expect(names.prefix(6).contains(name))
            default: Issue.record("\(action) is in no rule")
            }
        }
        #expect(allowed > 1000)
    }
}
