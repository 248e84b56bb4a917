import CRabbitMQ
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import ExhaustBroker

@Suite(
    "What a host's logins may do at a broker provisioned by exhaustctl", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"), .secureBroker)
struct PermissionBrokerTests {
    private let site: SecureBroker.Site
    private let host: HostID
    private let victim: HostID

    init() throws {
        site = try #require(SecureBroker.current)
        host = try #require(HostID("web-01"))
        victim = try #require(HostID("web-02"))
    }

    /// All logins of host A.
    private var intruders: [(login: Login, intruder: Intruder)] {
        Login.Role.hostRoles.map { role in
            let login = Login(role, host: host)
            return (login, Intruder(configuration: site.configuration(login)))
        }
    }

    private func partition(_ host: HostID) -> String { Routing.partitionText(host.partition(of: 2)) }

    @Test("publishes under its own keys, and takes its own tasks")
    func mayDoItsWork() throws {
        let own = [
            Login.Role.emitterSyslog: Route(
                exchange: Exchange.telemetry, routingKey: "telemetry.\(partition(host)).web-01.syslog"),
            .emitterCLI: Route(exchange: Exchange.telemetry, routingKey: "telemetry.\(partition(host)).web-01.cli"),
            .emitterAcct: Route(exchange: Exchange.telemetry, routingKey: "telemetry.\(partition(host)).web-01.acct"),
            .emitterPerf: Route(exchange: Exchange.telemetry, routingKey: "telemetry.\(partition(host)).web-01.perf"),
            .emitterNet: Route(
                exchange: Exchange.telemetry, routingKey: "telemetry.\(partition(host)).web-01.net_flow"),
            .agent: Route(exchange: Exchange.results, routingKey: "result.01.web-01"),
        ]
        for (login, intruder) in intruders {
            #expect(try intruder.publish(try #require(own[login.role])) == "done")
            let status = "status.\(partition(host)).\(login.role.rawValue).web-01"
            #expect(try intruder.publish(Route(exchange: Exchange.status, routingKey: status)) == "done")
        }
        let agent = Intruder(configuration: site.configuration(Login(.agent, host: host)))
        #expect(try agent.attempt { try $0.consume(Queue.agent(host), from: nil) } == "done")
    }

    @Test("cannot publish as another host, another role, or under a key of its own making")
    func cannotForge() throws {
        let other = partition(victim)
        let keys: [(String, String)] = [
            (Exchange.telemetry, "telemetry.\(other).web-02.perf"),
            (Exchange.telemetry, "telemetry.\(other).web-01.perf"),
            (Exchange.telemetry, "telemetry.\(partition(host)).web-01.perf.web-02"),
            (Exchange.telemetry, "telemetry.\(partition(host)).web-01x.perf"),
            (Exchange.telemetry, "telemetry.\(partition(host)).web-01.fact"),
            (Exchange.results, "result.00.web-02"), (Exchange.results, "result.web-01"),
            (Exchange.status, "status.\(other).agent.web-02"),
            (Exchange.status, "status.\(partition(host)).analyzer.web-01"),
        ]
        for (login, intruder) in intruders {
            for (exchange, key) in keys {
                let answer = try intruder.publish(Route(exchange: exchange, routingKey: key))
                #expect(answer.contains("403 ACCESS_REFUSED"), "\(login.name) \(exchange) \(key): \(answer)")
            }
            let own = "status.\(partition(host)).\(login.role.rawValue).web-01"
            for name in ["web-02.\(login.role.rawValue)", "orchestrator"] {
                let answer = try intruder.publish(Route(exchange: Exchange.status, routingKey: own), as: name)
                #expect(answer.contains("406 PRECONDITION_FAILED - user_id property set to '\(name)'"), "\(answer)")
            }
        }
    }

    @Test("cannot publish a task, nor anything to another exchange or straight to a queue")
    func cannotCommand() throws {
        let exchanges = [
            Exchange.tasks, Exchange.facts, Exchange.actions, Exchange.journal, Exchange.dead, Exchange.expired,
            Exchange.unrouted, "amq.topic",
        ]
        for (login, intruder) in intruders {
            for exchange in exchanges {
                for key in ["web-01", "web-02", "fact.00.web-01.error", "telemetry.00.web-01.perf"] {
                    let answer = try intruder.publish(Route(exchange: exchange, routingKey: key))
                    #expect(answer.contains("403 ACCESS_REFUSED"), "\(login.name) \(exchange) \(key): \(answer)")
                }
            }
            // The default exchange has a queue's name for a key.
            for queue in [Queue.agent(host), Queue.agent(victim), "exhaust.analyzer.00", Queue.journal] {
                let answer = try intruder.publish(Route(exchange: "", routingKey: queue))
                #expect(answer.contains("403 ACCESS_REFUSED"), "\(login.name) \(queue): \(answer)")
            }
        }
    }

    @Test("cannot read, empty or fetch from another's queue")
    func cannotRead() throws {
        let queues = [Queue.agent(victim), "exhaust.analyzer.00", Queue.journal, Queue.recorder, Queue.dead]
        for (login, intruder) in intruders {
            for queue in queues {
                let answer = try intruder.attempt { link in
                    try link.limitUnacknowledged(to: 1)
                    try link.consume(queue, from: nil)
                }
                #expect(answer.contains("403 ACCESS_REFUSED"), "\(login.name) \(queue): \(answer)")
            }
            let attempts = [
                try intruder.ask { _ = amqp_queue_purge($0, 1, bytes("exhaust.agent.web-02")) },
                try intruder.attempt { link in
                    let reply = link.guarded { amqp_basic_get(link.state, 1, bytes("exhaust.agent.web-02"), 1) }
                    if let failure = BrokerFailure(reply: reply, during: "get", address: link.address) { throw failure }
                },
            ]
            for answer in attempts { #expect(answer.contains("403 ACCESS_REFUSED"), "\(login.name): \(answer)") }
        }
    }

    @Test("cannot declare, bind, unbind or delete anything")
    func cannotConfigure() throws {
        let none = amqp_empty_table
        let (queue, own) = (bytes("exhaust.agent.web-02"), bytes("exhaust.agent.web-01"))
        let (tasks, key) = (bytes("exhaust.tasks"), bytes("web-02"))
        let attempts: [(String, (amqp_connection_state_t) -> Void)] = [
            ("declare a queue", { _ = amqp_queue_declare($0, 1, bytes("mine"), 0, 0, 1, 1, none) }),
            (
                "declare an observer's queue",
                {
                    _ = exhaust_declare_temporary($0, "exhaust.observer.01KAMZ0000000000000000000P", 10)
                }
            ),
            ("declare a queue that is there", { _ = amqp_queue_declare($0, 1, queue, 0, 1, 0, 0, none) }),
            ("declare an exchange", { _ = amqp_exchange_declare($0, 1, bytes("x"), bytes("topic"), 0, 1, 0, 0, none) }),
            ("bind its queue to the tasks of another", { _ = amqp_queue_bind($0, 1, own, tasks, key, none) }),
            ("bind the queue of another", { _ = amqp_queue_bind($0, 1, queue, tasks, bytes("web-01"), none) }),
            ("unbind the queue of another", { _ = amqp_queue_unbind($0, 1, queue, tasks, key, none) }),
            ("bind exchanges", { _ = amqp_exchange_bind($0, 1, bytes("exhaust.results"), tasks, key, none) }),
            ("delete the queue of another", { _ = amqp_queue_delete($0, 1, queue, 0, 0) }),
            ("delete its queue", { _ = amqp_queue_delete($0, 1, own, 0, 0) }),
            ("delete an exchange", { _ = amqp_exchange_delete($0, 1, tasks, 0) }),
        ]
        for (login, intruder) in intruders {
            for (name, call) in attempts {
                let answer = try intruder.ask(call)
                #expect(answer.contains("403 ACCESS_REFUSED"), "\(login.name) could \(name): \(answer)")
            }
        }
    }

    @Test("cannot log in without a certificate, nor with one that is expired, revoked, or of another authority")
    func cannotLogIn() async throws {
        let login = Login(.agent, host: host)
        let other = try await ThrowawayAuthority(in: site.broker.directory, name: "other")
        let folder = "\(site.broker.directory.path)/bad"
        let expired = try await site.authority.issue(login.name, seconds: -1, to: "\(folder)/expired")
        let foreign = try await other.issue(login.name, to: "\(folder)/foreign")
        let revoked = try await site.authority.issue("web-01.nobody", to: "\(folder)/revoked")
        try await site.authority.revoke("web-01.nobody")
        for (files, alert) in [
            (nil, "certificate required"), (expired, "certificate expired"), (foreign, "unknown ca"),
            (revoked, "certificate revoked"),
        ] {
            var configuration = site.configuration(login, files: files)
            if files == nil { (configuration.certificateFile, configuration.keyFile) = (nil, nil) }
            // With and without a password; librabbitmq does not say why TLS failed, so openssl is asked for that.
            for password in [nil, "", "guess"] as [String?] {
                configuration.password = password
                let answer = try Intruder(configuration: configuration).attempt { _ in }
                #expect(answer.contains("does not accept this certificate"), "\(alert): \(answer)")
            }
            #expect(try await handshake(files).contains("alert \(alert)"), "\(alert)")
        }
        var plain = site.configuration(login)
        for password in ["", "guess"] {
            plain.password = password
            let answer = try Intruder(configuration: plain).attempt { _ in }
            #expect(answer.contains("does not accept this way to log in"), "\(answer)")
        }
        let nobody = try await site.authority.issue("web-09.agent", to: folder)
        let stranger = Intruder(configuration: site.configuration(login, files: nobody))
        let unknown = try stranger.attempt { _ in }
        #expect(unknown.contains("403") || unknown.contains("refused"), "\(unknown)")
        print("login with a certificate of an unknown name: \(unknown)")
        // Another host's name beside the certificate changes nothing: the broker reads the certificate alone.
        let posing = Login(.agent, host: victim)
        let (certificate, key) = ("\(site.certificates)/\(login.name).pem", "\(site.certificates)/\(login.name).key")
        let impostor = Intruder(configuration: site.configuration(posing, files: (certificate, key)))
        let answer = try impostor.attempt { try $0.consume(Queue.agent(victim), from: nil) }
        #expect(answer.contains("403 ACCESS_REFUSED") && answer.contains("'web-01.agent'"), "\(answer)")
    }

    /// What openssl says of a connection with a certificate.
    private func handshake(_ files: (certificate: String, key: String)?) async throws -> String {
        let identity = files.map { "-cert \($0.certificate) -key \($0.key)" } ?? ""
        return try await ChildProcess.run([
            "bash", "-c",
            "sleep 1 | openssl s_client -connect localhost:\(site.broker.tlsPort) "
                + "-CAfile \(site.authority.certificate) \(identity) 2>&1 || true",
        ])
    }

    @Test("a host that is removed is out at once, and one that gets its name again inherits nothing")
    func removes() async throws {
        let name = "web-03"
        let host = try #require(HostID(name))
        try await site.succeed("host", "add", name, certified: true)
        let login = Login(.agent, host: host)
        let kept = "\(site.broker.directory.path)/kept"
        try await ChildProcess.run(["cp", "-r", site.certificates, kept])
        let old = Intruder(
            configuration: site.configuration(login, files: ("\(kept)/\(login.name).pem", "\(kept)/\(login.name).key")))
        let link = try BrokerLink(configuration: old.configuration, connectionName: "old", watchdog: .shared)
        // A task waits, so that removing it takes a word more.
        let orchestrator = Intruder(configuration: site.configuration(Login(.orchestrator)))
        #expect(try orchestrator.publish(Route(exchange: Exchange.tasks, routingKey: name)) == "done")
        let refusal = try await site.exhaustctl("host", "remove", name)
        #expect(refusal.status == 64 && refusal.text.contains("1 tasks wait"), "\(refusal)")
        try await site.succeed("host", "remove", name, "--force", "--authority", site.authority.folder)
        #expect(throws: BrokerFailure.self) {
            for _ in 0..<500 {
                _ = try link.receive()
                usleep(10_000)
            }
        }
        #expect(try old.attempt { _ in }.contains("does not accept this certificate"))
        try await site.succeed("host", "add", name, certified: true)
        #expect(try Intruder(configuration: site.configuration(login)).attempt { _ in } == "done")
        #expect(try old.attempt { _ in }.contains("does not accept this certificate"))
        #expect(try await site.succeed("host", "list").contains("web-03  all logins  0 tasks"))
        try await site.succeed("host", "remove", name, "--authority", site.authority.folder)
    }
}
