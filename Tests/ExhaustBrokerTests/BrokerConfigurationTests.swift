import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Testing

@Suite("Broker configuration")
struct BrokerConfigurationTests {
    @Test("the keys under broker decode, with the documented defaults")
    func decodes() throws {
        let value: Value = [
            "url": "amqps://broker.example/exhaust", "login": "web-01.agent", "password_file": "/etc/exhaust/password",
            "ca_file": "/ca.pem", "heartbeat": "30s", "window": 50,
        ]
        let configuration = try ValueDecoder(strict: true).decode(BrokerConfiguration.self, from: value)
        #expect(
            configuration.address
                == BrokerAddress(
                    host: "broker.example", port: 5671, vhost: "exhaust", usesTLS: true))
        #expect(configuration.heartbeat == .seconds(30))
        #expect(configuration.window == 50 && configuration.prefetch == 300 && configuration.partitions == 16)
        try configuration.validate()
    }

    @Test("a bad url is an error about the key url")
    func namesTheKey() {
        let value: Value = ["url": "amqp://a:b@c", "login": "x"]
        let error = #expect(throws: (any Error).self) {
            try ValueDecoder().decode(BrokerConfiguration.self, from: value)
        }
        #expect("\(error as Any)".contains("password_file"))
        #expect((error as? ValueCodingError)?.path == ["url"])
    }

    @Test("a password comes from its file, which must be closed to others, without the line end")
    func readsPasswords() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        var configuration = BrokerConfiguration(
            address: BrokerAddress(host: "b", port: 1, vhost: "/"), login: "analyzer")
        #expect(throws: ExhaustError.self) { try configuration.validate() }
        configuration.passwordFile = try directory.write(Array("p w\n".utf8), to: "password")
        try configuration.validate()
        #expect(try configuration.credential() == "p w")
        configuration.password = "given"
        #expect(try configuration.credential() == "given")
    }
}
