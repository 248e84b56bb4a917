import ExhaustBroker
import ExhaustCore
import Testing

@Suite("Broker addresses")
struct BrokerAddressTests {
    @Test(
        "a url gives host, port, vhost and TLS, with the ports of the registry",
        arguments: [
            ("amqp://broker", BrokerAddress(host: "broker", port: 5672, vhost: "/")),
            ("amqps://broker/", BrokerAddress(host: "broker", port: 5671, vhost: "/", usesTLS: true)),
            ("AMQP://10.0.0.1:99/exhaust", BrokerAddress(host: "10.0.0.1", port: 99, vhost: "exhaust")),
            ("amqp://[::1]:5673/a%2Fb", BrokerAddress(host: "::1", port: 5673, vhost: "a/b")),
            ("amqp://[::1]", BrokerAddress(host: "::1", port: 5672, vhost: "/")),
            ("amqp://b/%C3%A9", BrokerAddress(host: "b", port: 5672, vhost: "é")),
        ])
    func reads(_ url: String, _ expected: BrokerAddress) throws {
        let address = try BrokerAddress(url)
        #expect(address == expected)
        #expect(try BrokerAddress(address.description) == expected)
    }

    @Test(
        "a bad url says which part is wrong",
        arguments: [
            ("broker:5672", "no scheme"),
            ("http://broker", "must begin with amqp:// or amqps://"),
            ("amqp://", "no host name"),
            ("amqp:///vhost", "no host name"),
            ("amqp://broker:", "'' for a port"),
            ("amqp://broker:0", "'0' for a port"),
            ("amqp://broker:65536", "'65536' for a port"),
            ("amqp://broker:+1", "'+1' for a port"),
            ("amqp://::1", "IPv6 address without brackets"),
            ("amqp://[::1]x", "'x' after the address"),
            ("amqp://broker/a/b", "more than one part"),
            ("amqp://broker/%zz", "not percent-encoded"),
            ("amqp://broker/%00", "not percent-encoded"),
            ("amqp://broker/%ff", "not percent-encoded"),
            ("amqp://broker/v?heartbeat=1", "query"),
            ("amqp://bro ker", "not printable ASCII"),
        ])
    func refuses(_ url: String, _ part: String) {
        let error = #expect(throws: ExhaustError.self) { try BrokerAddress(url) }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        #expect(error?.code == .configuration)
    }

    @Test("a password in a url is refused, with advice and without repeating it")
    func refusesPasswords() {
        let error = #expect(throws: ExhaustError.self) { try BrokerAddress("amqp://guest:hunter2@broker") }
        #expect(error?.description.contains("password_file") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("20,000 mutated urls are read or refused, and what is read is read again the same")
    func survivesMutations() {
        var generator = SeededGenerator(seed: 1)
        let urls = ["amqp://broker:5672/exhaust", "amqps://[fe80::1]:5671/a%2Fb", "amqp://u:p@h/v"]
        let seeds = urls.map { Array($0.utf8) }
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1 where bytes.count > 1: bytes.remove(at: place)
                default: bytes.insert(Array("%/:@[]?0".utf8).randomElement(using: &generator) ?? 0, at: place)
                }
            }
            guard let address = try? BrokerAddress(String(decoding: bytes, as: UTF8.self)) else { continue }
            #expect((try? BrokerAddress(address.description)) == address)
        }
    }
}
