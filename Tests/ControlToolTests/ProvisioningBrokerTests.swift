import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import ExhaustBroker

@Suite(
    "Provisioning by exhaustctl, against a broker", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"), .secureBroker)
struct ProvisioningBrokerTests {
    private let site: SecureBroker.Site
    private var broker: PrivateBroker { site.broker }

    init() throws { site = try #require(SecureBroker.current) }

    @Test("what was applied does not differ, and the doctor finds nothing")
    func isAsDeclared() async throws {
        let diff = try await site.exhaustctl("topology", "diff")
        #expect(diff.status == 0 && diff.text == "", "\(diff)")
        #expect(try await site.succeed("doctor") == "nothing found\n")
        #expect(try await site.succeed("topology", "apply") == "nothing to do: the broker is as declared\n")
        let hosts = try await site.succeed("host", "list")
        #expect(hosts == "web-01  all logins  0 tasks\nweb-02  all logins  0 tasks\n")
    }

    @Test("a missing topic permission and a wider one are found, and put right without touching certificates")
    func findsPermissions() async throws {
        let before = try await broker.control("export_definitions", "-")
        try await broker.control("clear_topic_permissions", "-p", "exhaust", "web-01.agent", Exchange.results)
        try await broker.control(
            "set_topic_permissions", "-p", "exhaust", "web-02.agent", Exchange.results, ".*", "^$")
        try await broker.control("set_permissions", "-p", "exhaust", "web-02.emitter-perf", ".*", ".*", ".*")
        try await broker.control("set_user_tags", "analyzer", "administrator")
        try await broker.control("set_permissions", "-p", "/", "observer", ".*", ".*", ".*")
        let doctor = try await site.exhaustctl("doctor")
        #expect(doctor.status == 1)
        for line in [
            "critical: missing topic permission web-01.agent at exhaust.results, so this login may publish and read "
                + "there under every key: exhaustctl topology apply",
            "critical: different topic permission web-02.agent at exhaust.results: write: have \".*\", want",
            "critical: different permission web-02.emitter-perf: configure: have \".*\", want \"^$\"",
            "critical: different login analyzer: tags: have [\"administrator\"], want []",
            "critical: extra permission observer in vhost /: rabbitmqctl clear_permissions",
        ] { #expect(doctor.text.contains(line), "\(doctor.text)") }
        let applied = try await site.exhaustctl("topology", "apply")
        #expect(applied.status == 1 && applied.text.contains("applied topic permission: 2"), "\(applied)")
        #expect(applied.text.contains("extra permission observer in vhost /"), "\(applied)")
        try await broker.control("clear_permissions", "-p", "/", "observer")
        #expect(try await site.exhaustctl("topology", "diff").status == 0)
        #expect(try await broker.control("export_definitions", "-") == before)
    }

    @Test("a queue that is missing comes back; one with other arguments is told, and left alone with its messages")
    func findsQueues() async throws {
        try await broker.control("delete_queue", "-p", "exhaust", Queue.dead)
        try await broker.control("delete_queue", "-p", "exhaust", Queue.unrouted)
        let other = """
            {"queues": [{"name": "exhaust.dead", "vhost": "exhaust", "durable": true, "auto_delete": false,
            "arguments": {"x-queue-type": "quorum", "x-max-length": 5}}, {"name": "theirs", "vhost": "exhaust",
            "durable": true, "auto_delete": false, "arguments": {"x-queue-type": "quorum"}}, {"name": "exhaust.more",
            "vhost": "exhaust", "durable": true, "auto_delete": false, "arguments": {}}]}
            """
        let file = try broker.directory.write(Array(other.utf8), to: "other.json")
        try await broker.control("import_definitions", file)
        let diff = try await site.exhaustctl("topology", "diff")
        #expect(diff.status == 1)
        for line in [
            "different queue exhaust.dead: x-max-length: have 5, want nothing",
            "different queue exhaust.dead: x-max-length-bytes: have nothing, want 67108864",
            "missing queue exhaust.unrouted", "missing binding exhaust.dead -> exhaust.dead #",
            "extra queue exhaust.more",
        ] { #expect(diff.text.contains(line), "\(diff.text)") }
        let applied = try await site.exhaustctl("topology", "apply")
        #expect(applied.status == 1 && applied.text.contains("applied queue: 1\napplied binding: 2\n"), "\(applied)")
        #expect(applied.text.contains("rabbitmqctl delete_queue -p exhaust exhaust.dead"), "\(applied)")
        let doctor = try await site.exhaustctl("doctor")
        #expect(doctor.text.contains("warning: queue theirs has no bound"), "\(doctor.text)")
        #expect(doctor.text.contains("warning: queue theirs has no delivery limit"), "\(doctor.text)")
        for queue in [Queue.dead, "theirs", "exhaust.more"] {
            try await broker.control("delete_queue", "-p", "exhaust", queue)
        }
        try await site.succeed("topology", "apply")
        #expect(try await site.exhaustctl("doctor").status == 0)
    }

    @Test("the doctor sees guest, an alarm, certificates about to expire, and messages that reached nobody")
    func seesTrouble() async throws {
        let login = Login(.emitterPerf, host: try #require(HostID("web-01")))
        let intruder = Intruder(configuration: site.configuration(Login(.analyzer)))
        #expect(
            try intruder.publish(Route(exchange: Exchange.dead, routingKey: "telemetry.00.web-01.perf")) == "done")
        let (soon, _) = try await site.authority.issue(
            login.name, seconds: 86_400 * 3 + 3600, to: "\(broker.directory.path)/soon")
        try await broker.control("add_user", "guest", "guest")
        try await broker.control("set_vm_memory_high_watermark", "0.0000001")
        // Queues and alarms tell with some seconds' delay.
        for _ in 0..<100 where !(try await depths()).contains("\(Queue.dead)\t1\n") {
            try await Task.sleep(for: .milliseconds(100))
        }
        let doctor = try await site.exhaustctl("doctor", "--certificate", soon)
        try await broker.control("set_vm_memory_high_watermark", "0.4")
        try await broker.control("delete_user", "guest")
        #expect(doctor.status == 1)
        let lines = doctor.text.split(separator: "\n")
        #expect(lines.count == 4, "\(doctor.text)")
        for (line, start) in zip(
            lines,
            [
                "critical: the default user guest is there", "critical: the broker is short of memory",
                "warning: the certificate of web-01.emitter-perf in \(soon) expires in 3 days",
                "warning: queue exhaust.dead holds 1 messages",
            ])
        { #expect(line.hasPrefix(start), "\(line)") }
        try await broker.control("purge_queue", "-p", "exhaust", Queue.dead)
    }

    private func depths() async throws -> String {
        try await broker.control("list_queues", "-p", "exhaust", "name", "messages")
    }

    @Test("a host by passwords gets files closed to others, and new passwords when it is added again")
    func addsByPassword() async throws {
        let folder = "\(broker.directory.path)/secrets"
        try await ChildProcess.run(["mkdir", folder])
        try await site.succeed("host", "add", "web-04", "--passwords", folder)
        let first = try FileContent.secret("\(folder)/web-04.agent")
        #expect(try await ChildProcess.run(["stat", "-c", "%a", "\(folder)/web-04.agent"]) == "600\n")
        #expect(try await site.exhaustctl("host", "add", "web-04", "--passwords", folder).status == 64)
        let checked = try await broker.control("authenticate_user", "web-04.agent", first)
        #expect(checked.contains("Success"))
        try await site.succeed("host", "remove", "web-04")
        try await site.succeed("host", "add", "web-04", "--passwords", folder)
        #expect(try FileContent.secret("\(folder)/web-04.agent") != first)
        try await site.succeed("host", "remove", "web-04")
        #expect(try await site.exhaustctl("host", "remove", "web-04").status == 66)
        #expect(try await site.exhaustctl("host", "add", "Web_04", "--certificates").status == 64)
    }
}
