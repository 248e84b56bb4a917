import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Logging
import Testing

@testable import NetEmitter

@Suite("Schemas of exhaust.net.*", .timeLimit(.minutes(3)))
struct SchemaTests {
    private static let place = "Tests/NetEmitterTests/Role/SchemaTests.swift"
    static let project = String(#filePath.prefix(#filePath.count - place.count))

    /// Checks records against docs/schemas, each by its type.
    private struct Checks {
        private var schemas: [EventType: Value] = [:]
        private var checks: [EventType: SchemaCheck] = [:]

        init() throws {
            for type in EventType.net {
                let text = try FileContent.read("\(SchemaTests.project)docs/schemas/\(type).json")
                schemas[type] = try JSONReader.parse(text)["properties"]?["data"]
            }
        }

        mutating func check(_ records: [TelemetryRecord]) {
            for record in records where record.type != .gap {
                guard let type = record.type, let schema = schemas[type] else {
                    Issue.record("\(String(describing: record.type)) has no schema")
                    continue
                }
                checks[type, default: SchemaCheck()].check(.map(record.data), schema)
            }
        }

        var problems: [String] { checks.flatMap { type, check in Set(check.problems).map { "\(type) \($0)" } } }
    }

    @Test("what the shared captures show fits, with tunnels and HTTP")
    func captures() throws {
        guard let names = Corpus.captures() else { return }
        var checks = try Checks()
        let configuration = try YAMLReader.parse("{flows: {tunnels: true}, handshakes: {http: query}}", file: "x")
            .decode(NetConfiguration.self)
        for name in names {
            let file = try CaptureFile(path: (Corpus.folder ?? "") + name)
            var pipeline = PacketPipeline(configuration.packets, flows: FlowTable(), telemetry: FlowTelemetry())
            while let frame = try file.next() { pipeline.take(frame) }
            pipeline.finish()
            checks.check(pipeline.takeRecords())
        }
        #expect(checks.problems == [])
    }

    @Test("what this machine has of links and sockets, and what probes find, fits")
    func live() async throws {
        var checks = try Checks()
        let log = LogRecorder()
        checks.check(
            try await withThread(named: "test") {
                var records: [TelemetryRecord] = []
                let follower = try LinkFollower(LinkSettings(), counters: Counters(), logger: log.logger) {
                    records.append($0)
                    return true
                }
                var turns = 0
                try follower.run(
                    isStopped: {
                        turns += 1
                        return turns > 1
                    }, onChange: { _ in })
                var monitor = try SocketMonitor(SocketSettings(), owners: SocketOwners(), logger: log.logger)
                return records + (try monitor.once())
            })
        for yaml in ["icmp: 127.0.0.1", "tcp: 127.0.0.1:1", "tls: nowhere.invalid:1"] {
            let target = try YAMLReader.parse(yaml, file: "x").decode(ProbeTarget.self)
            let result = try await withThread(named: "test") { try ProbeRun(target: target).run() }
            checks.check([TelemetryRecord(type: .netProbe, time: .now(), data: result.data(of: target))])
        }
        #expect(checks.problems == [])
    }
}
