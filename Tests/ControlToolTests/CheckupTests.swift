import ExhaustBroker
import ExhaustCore
import Testing

@testable import ControlTool

@Suite("The doctor's judgement")
struct CheckupTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    /// What the doctor says of a broker as declared, but for what is given.
    private func findings(
        status: Value = ["rabbitmq_version": "3.12.1"], settings: ValueMap = [:], more: Value = [],
        without queue: String = "", asked: ClosedRange<Timestamp> = now...now
    ) throws -> [String] {
        var declared = Definitions.declared(Topology(hosts: [])).map ?? [:]
        let queues = (declared["queues"]?.list ?? []) + (more.list ?? [])
        declared["queues"] = .list(queues.filter { $0["name"]?.string != queue })
        var all = settings
        if all["now"] == nil { all["now"] = .int(Self.now.milliseconds) }
        let checkup = Checkup(
            survey: BrokerSurvey(.map(declared), vhost: "exhaust"), status: status, settings: .map(all), depths: [:],
            asked: asked, certificates: [:])
        return try checkup.findings().map(\.description)
    }

    @Test("a broker as declared gives nothing to find")
    func findsNothing() throws {
        #expect(try findings() == [])
    }

    @Test("a clock is off only by what asking for it does not explain")
    func findsSkew() throws {
        func skew(_ milliseconds: Int64, asking: Duration = .zero) throws -> [String] {
            let there = Self.now.milliseconds + milliseconds
            return try findings(settings: ["now": .int(there)], asked: Self.now...(Self.now + asking))
        }
        #expect(try skew(1900) == [])
        #expect(try skew(3900, asking: .seconds(2)) == [])
        #expect(try skew(5000).map { $0.hasPrefix("warning: the broker's clock is 5 s ahead") } == [true])
        #expect(try skew(-90_000).map { $0.hasPrefix("warning: the broker's clock is 90 s behind") } == [true])
    }

    @Test("listeners without TLS count where others can reach them")
    func findsListeners() throws {
        func listener(_ name: String, _ interface: String) -> Value {
            ["protocol": .string(name), "interface": .string(interface), "port": 5672]
        }
        func found(_ listener: Value) throws -> Int {
            try findings(status: ["rabbitmq_version": "3.12.1", "listeners": [listener]]).count
        }
        #expect(try found(listener("amqp", "[::]")) == 1)
        #expect(try found(listener("http", "0.0.0.0")) == 1)
        #expect(try found(listener("amqp", "127.0.0.1")) == 0)
        #expect(try found(listener("amqp/ssl", "[::]")) == 0)
        #expect(try found(listener("clustering", "[::]")) == 0)
    }

    @Test("versions count by what they do")
    func findsVersions() throws {
        #expect(try findings(status: ["rabbitmq_version": "3.9.27"]).count == 1)
        #expect(try findings(status: ["rabbitmq_version": "3.10.8"]) == [])
        #expect(try findings(status: ["rabbitmq_version": "3.10.8"], settings: ["loads_definitions": true]).count == 1)
        #expect(try findings(status: ["rabbitmq_version": "4.1.0"], settings: ["loads_definitions": true]) == [])
    }

    @Test("partitions that do not match are critical, and come first")
    func findsPartitions() throws {
        let found = try findings(without: "exhaust.activator.15")
        #expect(found.first?.contains("activator 15, analyzer 16, orchestrator 16") == true)
        #expect(found.contains { $0.hasPrefix("warning: missing queue exhaust.activator.15") })
    }
}
