import ExhaustCore
import Testing

private struct Sample: Decodable, Equatable {
    struct Broker: Decodable, Equatable {
        var url: String
        var window: Int?
    }
    var broker: Broker
    var interval: Duration
    var names: [String]?
    var ratio: Double?
}

@Suite("Configuration")
struct ConfigurationTests {
    static let yaml = """
        broker:
          url: amqp://localhost
        interval: 5s
        names:
        - one
        - "2"
        """

    private func source(_ text: String) throws -> ConfigurationSource {
        try ConfigurationSource(text: text, file: "role.yaml")
    }

    @Test("comes from YAML, over it the environment, over that --set")
    func precedence() throws {
        var source = try source(Self.yaml)
        try source.merge(environment: ["EXHAUST_BROKER__WINDOW": "7", "EXHAUST_INTERVAL": "6s", "HOME": "/root"])
        try source.merge(assignment: "interval=7s")
        let sample = try source.decode(Sample.self)
        #expect(
            sample
                == Sample(
                    broker: .init(url: "amqp://localhost", window: 7), interval: .seconds(7), names: ["one", "2"]))
    }

    @Test(
        "names file, line and key of what is wrong",
        arguments: [
            ("interval: 5s", "interval: 5", "role.yaml:3: interval: expected a duration such as 250ms, 10s or 5m"),
            ("interval: 5s", "intervall: 5s", "role.yaml: 'interval' is missing"),
            (
                "interval: 5s", "interval: 5s\nintervall: 5s",
                "role.yaml:4: intervall: unknown key, did you mean 'interval'?"
            ),
            ("url: amqp", "url: [1]\n  #", "role.yaml:2: broker.url: expected a string, found list"),
            ("- one", "- one\n- 2", "role.yaml:6: names[1]: expected a string, found int; quote it"),
            ("- one", "- one\n- one: [", "role.yaml:7:1: did not find expected node content"),
            ("interval: 5s", "interval: 5s\ninterval: 6s", "role.yaml:4: key 'interval' stands twice"),
            ("interval: 5s", "interval: &a 5s", "role.yaml:3: anchors (&name) are not supported; write the value out"),
            ("interval: 5s", "ratio: x\ninterval: 5s", "role.yaml:3: ratio: expected a number, found string"),
        ])
    func errors(original: String, mistake: String, message: String) throws {
        let error = #expect(throws: ExhaustError.self) {
            try source(Self.yaml.replacing(original, with: mistake)).decode(Sample.self)
        }
        #expect(error?.description == message)
        #expect(error?.code == .configuration)
    }

    @Test("names the variable or flag that is wrong")
    func origins() throws {
        var source = try source(Self.yaml)
        try source.merge(environment: ["EXHAUST_BROKER__WINDOW": "many"])
        let error = #expect(throws: ExhaustError.self) { try source.decode(Sample.self) }
        #expect(
            error?.description
                == "environment variable EXHAUST_BROKER__WINDOW: broker.window: expected an integer, found string")
    }

    @Test("reads plain scalars by the core schema")
    func scalars() throws {
        let text = "[~, true, no, 12, 0x1f, 0o17, 1.5, -3, 1e3, \"12\", 2026-01-01, 10s, .5]"
        let root = try YAMLReader.parse(text, file: "f").root
        #expect(
            root == [.null, true, "no", 12, 31, 15, 1.5, -3, 1000.0, "12", "2026-01-01", "10s", 0.5])
    }

    @Test("never crashes on mutated YAML")
    func mutations() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            var bytes = Array(Self.yaml.utf8)
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? YAMLReader.parse(bytes, file: "f")
        }
    }
}
