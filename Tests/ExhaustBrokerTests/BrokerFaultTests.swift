import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@testable import ExhaustBroker

@Suite(
    "With a broker in trouble, or behind TLS", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: PrivateBroker.obstacle == nil, "\(PrivateBroker.obstacle ?? "")"), .privateBroker)
struct BrokerFaultTests {
    private let fixture: BrokerFixture
    private let emitter: Login
    private var broker: PrivateBroker { fixture.broker }
    private var log: LogRecorder { fixture.log }

    init() throws {
        fixture = try BrokerFixture()
        emitter = Login(.emitterPerf, host: fixture.host)
    }

    @Test("TLS with the right authority connects, with password and with certificate")
    func connectsByTLS() async throws {
        let publisher = try Publisher(
            configuration: broker.configuration(for: emitter, tls: true), role: "emitter-perf", logger: log.logger)
        try await publisher.send(fixture.telemetry(1)[0])
        await publisher.close()
        let login = Login(.analyzer)
        var configuration = broker.configuration(for: login, tls: true)
        (configuration.certificateFile, configuration.keyFile) = try await issue(login.name)
        configuration.password = nil
        let consumer = try Consumer(
            configuration: configuration, source: .queues(Queue.names(of: "analyzer", partitions: 2)),
            logger: log.logger)
        let delivery = try #require(try await consumer.next())
        #expect(delivery.login == "web-01.emitter-perf")
        await consumer.acknowledge(delivery)
        await consumer.close()
        #expect(log.lines(at: .error) == [])
    }

    @Test("a certificate of another authority, and one of another name, are refused with the reason")
    func refusesWrongCertificates() async throws {
        let other = try await ThrowawayAuthority(in: broker.directory, name: "other")
        var wrongAuthority = broker.configuration(for: emitter, tls: true)
        wrongAuthority.caFile = other.certificate
        var wrongName = broker.configuration(for: emitter, tls: true)
        wrongName.address = BrokerAddress(
            host: "127.0.0.1", port: broker.tlsPort, vhost: "exhaust", usesTLS: true)
        var publishers: [Publisher] = []
        for configuration in [wrongAuthority, wrongName] {
            publishers.append(
                try Publisher(
                    configuration: configuration, role: "emitter-perf", closeLimit: .zero, logger: log.logger))
        }
        _ = try await fixture.eventually { log.lines(at: .error).count == 2 }
        for publisher in publishers { await publisher.close() }
        let errors = log.lines(at: .error)
        #expect(errors.contains { $0.contains("comes from no authority that is trusted here") }, "\(errors)")
        #expect(errors.contains { $0.contains("does not name 127.0.0.1") }, "\(errors)")
    }

    @Test("a broker short of memory stops the publisher and loses nothing")
    func waitsWhileBlocked() async throws {
        let publisher = try fixture.publisher(emitter)
        let consumer = try fixture.analyzer()
        let batches = fixture.telemetry(100)
        try await publisher.send(batches[0])
        try await broker.control("set_vm_memory_high_watermark", "0.0000001")
        for batch in batches[1...] { _ = try await publisher.enqueue(batch) }
        #expect(try await fixture.eventually { log.lines(at: .warning).contains { $0.contains("takes no messages") } })
        #expect(publisher.unconfirmed > 0)
        try await broker.control("set_vm_memory_high_watermark", "0.4")
        let (ids, _) = try await fixture.take(100, of: batches[0][0].source, from: consumer)
        #expect(ids == (1...100).map(String.init))
        #expect(log.lines(at: .info).contains { $0.contains("takes messages again") })
        await publisher.close()
        await consumer.close()
    }

    /// Small messages fit the socket's buffer, so that the missing heartbeat tells; a body of several frames hangs in
    /// the publish, out of which TCP_USER_TIMEOUT gets, or else the watchdog.
    @Test(
        "a broker that stops answering is noticed within two heartbeats and three seconds, also amid a publish",
        arguments: [(140, 0), (14, 900_000)])
    func noticesStall(count: Int, filler: Int) async throws {
        let publisher = try fixture.publisher(emitter) { $0.heartbeat = .seconds(1) }
        let consumer = try fixture.analyzer()
        let batches = fixture.telemetry(count, filler: filler)
        try await publisher.send(batches[0])
        let pid = try #require(pid_t(try FileContent.secret("\(broker.directory.path)/pid")))
        kill(pid, SIGSTOP)
        let stopped = ContinuousClock.now
        for batch in batches[1...] { _ = try await publisher.enqueue(batch) }
        let isNoticed = try await fixture.eventually {
            log.lines(at: .warning).contains { $0.contains("broker connection lost") && $0.contains("publisher") }
        }
        let elapsed = ContinuousClock.now - stopped
        kill(pid, SIGCONT)
        #expect(isNoticed && elapsed < .seconds(6), "\(elapsed)")
        print("a stall with bodies of \(filler) bytes was noticed after \(elapsed)")
        let (ids, _) = try await fixture.take(count, of: batches[0][0].source, from: consumer)
        #expect(ids == (1...count).map(String.init))
        await publisher.close()
        await consumer.close()
    }

    private func issue(_ name: String) async throws -> (String?, String?) {
        let (certificate, key) = try await broker.authority.issue(name)
        return (certificate, key)
    }
}
