import ExhaustCore
import Testing

@testable import ExhaustBroker

@Suite("Topology and definitions")
struct TopologyTests {
    private func topology(partitions: Int = 2) throws -> Topology {
        var settings = Topology.Settings()
        settings.partitions = partitions
        return Topology(hosts: [try #require(HostID("web-01"))], settings: settings)
    }

    /// Whether RabbitMQ's topic matching lets `key` through `pattern`.
    private func matches(_ pattern: Substring, _ key: Substring) -> Bool {
        guard let word = pattern.split(separator: ".").first else { return key.isEmpty }
        let rest = pattern.dropFirst(word.count + 1)
        if word == "#" { return rest.isEmpty || !key.isEmpty && matches(pattern, key.dropFirst(1)) }
        guard let first = key.split(separator: ".").first, word == "*" || word == first else { return false }
        return matches(rest, key.dropFirst(first.count + 1))
    }

    @Test("every event's route has a queue, for every type and many hosts")
    func everyRouteIsBound() throws {
        let hosts = try (0..<100).map { try #require(HostID("h-\($0)")) }
        let topology = Topology(hosts: hosts)
        let types: [EventType] = [
            .syslog, .cli, .acct, .perf, .gap, .netFlow, .fact, .prediction, .decision, .action, .run, .task, .result,
            .outcome, .status,
        ]
        let bindings = topology.queues.flatMap(\.bindings)
        for host in hosts {
            for type in types {
                let event = Event(type: type, source: "//x/y/z", id: "1", time: Timestamp(seconds: 0), host: host)
                let route = Routing.route(for: event, partitions: 16)
                #expect(
                    bindings.contains {
                        $0.exchange == route.exchange && matches($0.routingKey[...], route.routingKey[...])
                    }, "\(route)")
            }
        }
    }

    @Test("the queues are those of the design, with what makes them safe")
    func queues() throws {
        let queues = try topology().queues
        #expect(
            queues.map(\.name) == [
                "exhaust.analyzer.00", "exhaust.activator.00", "exhaust.orchestrator.00",
                "exhaust.analyzer.01", "exhaust.activator.01", "exhaust.orchestrator.01",
                "exhaust.recorder", "exhaust.journal", "exhaust.dead", "exhaust.expired", "exhaust.unrouted",
                "exhaust.agent.web-01",
            ])
        #expect(
            queues[0].arguments == [
                "x-queue-type": "quorum", "x-single-active-consumer": true, "x-max-length-bytes": 268_435_456,
                "x-overflow": "reject-publish", "x-dead-letter-exchange": "exhaust.dead",
                "x-dead-letter-strategy": "at-least-once", "x-delivery-limit": 20,
            ])
        #expect(
            queues[4].bindings.map(\.description) == [
                "exhaust.facts/fact.01.#", "exhaust.journal/journal.run.01.#", "exhaust.status/status.01.#",
            ])
        #expect(queues[11].bindings.map(\.description) == ["exhaust.tasks/web-01"])
        #expect(queues[11].arguments["x-dead-letter-exchange"] == "exhaust.expired")
        #expect(
            queues.filter { $0.arguments["x-queue-type"] == "stream" }.map(\.name) == [
                "exhaust.recorder", "exhaust.journal",
            ])
    }

    @Test("a host's login may write its own keys and nothing else")
    func hostPermissions() throws {
        let host = try #require(HostID("web-01"))
        let login = Login(.emitterPerf, host: host)
        #expect(login.name == "web-01.emitter-perf")
        #expect(
            login.permission
                == Permission(
                    configure: "^$", write: #"^(exhaust\.telemetry|exhaust\.status)$"#, read: "^$"))
        let rows = login.topicPermissions(partitions: 16)
        #expect(rows.count == Exchange.all.count { $0.kind == .topic })
        let written = rows.filter { $0.write != "^$" }
        #expect(written.map(\.exchange) == ["exhaust.telemetry", "exhaust.status"])
        #expect(written[0].write == #"^telemetry\.07\.web-01\.(perf|gap)$"#)
        #expect(written[1].write == #"^status\.07\.emitter-perf\.web-01$"#)
        let agent = Login(.agent, host: host)
        #expect(agent.permission.read == #"^(exhaust\.agent\.web-01)$"#)
        #expect(
            agent.topicPermissions(partitions: 16).first { $0.exchange == "exhaust.results" }?.write
                == #"^result\.[0-9]{2}\.web-01$"#)
    }

    @Test("what a role publishes matches its own permissions, for every login")
    func permissionsFit() throws {
        let host = try #require(HostID("web-01"))
        let published: [(Login, [EventType])] = [
            (Login(.emitterSyslog, host: host), [.syslog, .gap, .status]),
            (Login(.emitterCLI, host: host), [.cli, .gap, .status]),
            (Login(.emitterAcct, host: host), [.acct, .gap, .status]),
            (Login(.emitterPerf, host: host), [.perf, .gap, .status]),
            (Login(.emitterNet, host: host), EventType.net + [.gap, .status]),
            (Login(.agent, host: host), [.result, .status]),
            (Login(.analyzer), [.fact, .prediction, .status]),
            (Login(.activator), [.action, .decision, .outcome, .status]),
            (Login(.orchestrator), [.run, .task, .status]),
        ]
        for (login, types) in published {
            for type in types {
                let source = EventSource(host: host, role: login.role.rawValue).description
                let event = Event(type: type, source: source, id: "1", time: Timestamp(seconds: 0), host: host)
                let route = Routing.route(for: event, partitions: 16)
                #expect(
                    try Regex(login.permission.write).wholeMatch(in: route.exchange) != nil, "\(login.name) \(route)")
                guard let row = login.topicPermissions(partitions: 16).first(where: { $0.exchange == route.exchange })
                else {
                    #expect(route.exchange == Exchange.tasks)
                    continue
                }
                #expect(try Regex(row.write).wholeMatch(in: route.routingKey) != nil, "\(login.name) \(route)")
            }
        }
    }

    @Test("no host's login may declare anything, and others only queues of their own")
    func configurePermissions() throws {
        let host = try #require(HostID("web-01"))
        for login in Login.all(hosts: [host]) {
            guard !login.role.isPerHost else {
                #expect(login.permission.configure == "^$")
                continue
            }
            let pattern = try Regex(login.permission.configure)
            #expect("exhaust.observer.\(ULID())".wholeMatch(of: pattern) != nil)
            #expect("exhaust.analyzer.00".wholeMatch(of: pattern) == nil)
        }
    }

    @Test("a password's hash is what RabbitMQ computes")
    func passwordHash() {
        // The example of rabbitmq.com/docs/passwords, "This is the algorithm": password test12, salt 908DC60A.
        #expect(
            PasswordHash.make("test12", salt: [0x90, 0x8d, 0xc6, 0x0a])
                == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR")
    }

    @Test("the definitions hold every part, and no password")
    func definitions() throws {
        var generator = SeededGenerator(seed: 1)
        let logins = Login.all(hosts: try topology().hosts).map {
            (login: $0, credential: $0.role == .agent ? Definitions.Credential.certificate : .password("hunter2"))
        }
        let bytes = Definitions.json(try topology(), logins: logins, using: &generator)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("hunter2"))
        let value = try JSONReader.parse(bytes)
        #expect(value["users"]?.list?.count == 10)
        #expect(value["users"]?.list?.last?["password_hash"] == "")
        #expect(value["permissions"]?.list?.count == 10)
        #expect(value["topic_permissions"]?.list?.count == 10 * 9)
        #expect(value["exchanges"]?.list?.count == 10)
        #expect(value["queues"]?.list?.count == 12)
        #expect(
            value["bindings"]?.list?.first == [
                "source": "exhaust.telemetry", "vhost": "exhaust", "destination": "exhaust.analyzer.00",
                "destination_type": "queue", "routing_key": "telemetry.00.#", "arguments": [:],
            ])
        var again = SeededGenerator(seed: 1)
        #expect(Definitions.json(try topology(), logins: logins, using: &again) == bytes)
    }
}
