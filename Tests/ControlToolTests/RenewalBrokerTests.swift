import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import ExhaustBroker

@Suite(
    "Renewed certificates", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"), .secureBroker)
struct RenewalBrokerTests {
    private let site: SecureBroker.Site
    private let log = LogRecorder()

    init() throws { site = try #require(SecureBroker.current) }

    @Test("are taken while a publisher and a consumer work: nothing is lost, and the old ones are not needed any more")
    func takesRenewed() async throws {
        let host = try #require(HostID("web-01"))
        let (emitter, analyzer) = (Login(.emitterPerf, host: host), Login(.analyzer))
        let logger = log.logger
        let publisher = try Publisher(
            configuration: site.configuration(emitter), role: "emitter-perf", logger: logger)
        let consumer = try Consumer(
            configuration: site.configuration(analyzer), source: .queues(Queue.names(of: "analyzer", partitions: 2)),
            logger: logger)
        let source = EventSource(host: host, role: "emitter-perf").description
        let received = Task {
            var ids: [String] = []
            while ids.last != "last", let delivery = try await consumer.next() {
                for event in delivery.events where !ids.contains(event.id) { ids.append(event.id) }
                await consumer.acknowledge(delivery)
            }
            return ids
        }
        var sent: [String] = []
        func send(_ id: String) async throws {
            let event = Event(type: .perf, source: source, id: id, time: .now(), host: host, data: [:])
            _ = try await publisher.enqueue([event])
            sent.append(id)
        }
        for name in [emitter.name, analyzer.name] {
            try await site.authority.revoke(name)
            _ = try await site.authority.issue(name, to: site.certificates)
        }
        let start = ContinuousClock.now
        while log.count(of: "certificates renewed") < 2, ContinuousClock.now - start < .seconds(30) {
            try await send("\(sent.count + 1)")
            try await Task.sleep(for: .milliseconds(5))
        }
        print("renewed certificates were taken after \(ContinuousClock.now - start), \(sent.count) events under way")
        // A bad renewal must not take the connection down.
        try FileWriter.write("no certificate", to: "\(site.certificates)/\(emitter.name).pem")
        while log.count(of: "renewed certificates cannot be used") < 1, ContinuousClock.now - start < .seconds(60) {
            try await send("\(sent.count + 1)")
            try await Task.sleep(for: .milliseconds(5))
        }
        try await send("last")
        #expect(try await received.value == sent)
        #expect(log.count(of: "certificates renewed") == 2)
        #expect(log.count(of: "renewed certificates cannot be used") == 1)
        #expect(log.count(of: "broker connection lost") == 0)
        await publisher.close()
        await consumer.close()
    }

    @Test("a certificate about to expire becomes a fact, which is over when a running role has taken another one")
    func tellsExpiry() async throws {
        let emitter = Login(.emitterPerf, host: try #require(HostID("web-02")))
        _ = try await site.authority.issue(emitter.name, seconds: 86_400 * 10, to: site.certificates)
        let rules = "\(Self.root)/deploy/rules/exhaust.yaml"
        let roles = [
            try start("exhaust-emitter-perf", emitter, ["--host", "web-02"]),
            try start("exhaust-analyzer", Login(.analyzer), ["--rules", rules]),
        ]
        defer { for role in roles { role.signal(SIGKILL) } }
        let observer = try Consumer(
            configuration: site.configuration(Login(.observer)), source: .stream(Queue.journal, from: .first),
            logger: log.logger)
        var transitions: [String] = []
        while transitions.count < 2, let delivery = try await observer.next() {
            for event in delivery.events where event.data["name"] == "certificate-expiring" {
                #expect(event.host.description == "web-02" && event.data["subject"] == "emitter-perf")
                transitions.append(event.data["transition"]?.string ?? "")
                if transitions == ["raised"] {
                    #expect(event.data["summary"]?.string?.contains("expires in 9 days") == true, "\(event.data)")
                    _ = try await site.authority.issue(emitter.name, to: site.certificates)
                }
            }
            await observer.acknowledge(delivery)
        }
        #expect(transitions == ["raised", "cleared"])
        await observer.close()
        for role in roles { role.signal(SIGTERM) }
        for role in roles { #expect(await role.wait(upTo: .seconds(30)) == 0) }
        let warnings = String(decoding: try FileContent.read(logFile("exhaust-emitter-perf")), as: UTF8.self)
            .split(separator: "\n").filter { $0.contains("certificate expires soon") }
        #expect(warnings.count == 1, "\(warnings)")
    }

    private static let root = String(
        #filePath.prefix(#filePath.count - "/Tests/ControlToolTests/RenewalBrokerTests.swift".count))

    private func logFile(_ program: String) -> String { "\(site.broker.directory.path)/\(program).log" }

    /// Starts a role that logs in by certificate and beats each second.
    private func start(_ program: String, _ login: Login, _ more: [String]) throws -> ChildProcess {
        let configuration = site.configuration(login)
        let settings = [
            "broker.login=\(login.name)", "broker.partitions=2", "status_interval=1s",
            "broker.ca_file=\(configuration.caFile ?? "")", "broker.key_file=\(configuration.keyFile ?? "")",
            "broker.certificate_file=\(configuration.certificateFile ?? "")",
        ]
        return try ChildProcess(
            ["\(Programs.folder)/\(program)", "--broker", "\(configuration.address)"] + more
                + settings.flatMap { ["--set", $0] },
            output: logFile(program))
    }
}

/// Writes a file as an administrator's editor does.
enum FileWriter {
    static func write(_ text: String, to path: String) throws {
        try ProtectedFile.create("\(path).edited", mode: 0o644, bytes: Array(text.utf8))
        guard rename("\(path).edited", path) == 0 else { throw ExhaustError(.inputOutput, "cannot rename", at: path) }
    }
}
