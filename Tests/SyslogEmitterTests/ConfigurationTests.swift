import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Configuration of emitter-syslog")
struct ConfigurationTests {
    private func decode(_ yaml: String) throws -> SyslogConfiguration {
        try YAMLReader.parse(yaml, file: "syslog.yaml").decode(SyslogConfiguration.self)
    }

    @Test("Without keys it listens on its own Unix socket alone")
    func defaults() throws {
        let configuration = try decode("{}")
        #expect(configuration.unix == ["/run/exhaust/syslog.sock"])
        #expect(configuration.udp.isEmpty)
        #expect(configuration.tcp.isEmpty)
        #expect(configuration.messageBytes == 65_536)
        #expect(configuration.connections == 1024)
        #expect(configuration.otherNames == nil)
    }

    @Test("Every key is read")
    func all() throws {
        let configuration = try decode(
            """
            unix: [/dev/log]
            udp: ["0.0.0.0:514", "[::]:514"]
            tcp: ["*:601", "localhost:6514"]
            time_zone: "+02:00"
            max_message_bytes: 8192
            max_connections: 10
            receivers: 4
            compatible_with: syslog-ng
            """)
        #expect(configuration.otherNames != nil)
        #expect(configuration.unix == ["/dev/log"])
        #expect(configuration.udp.map(\.description) == ["0.0.0.0:514", "[::]:514"])
        #expect(configuration.tcp.map(\.description) == ["*:601", "localhost:6514"])
        #expect(configuration.zone.offset(0) == 7200)
        #expect(configuration.messageBytes == 8192)
        #expect(configuration.connections == 10 && configuration.receivers == 4)
        #expect(configuration.loopSettings.connections == 3)
    }

    @Test(
        "A wrong value is refused with file, line and key",
        arguments: [
            ("unix: [log]", "syslog.yaml:1: unix[0]: must be an absolute path of at most 107 bytes"),
            (
                "tcp:\n- 127.0.0.1",
                "syslog.yaml:2: tcp[0]: '127.0.0.1' is no address; write HOST:PORT, [IPV6]:PORT or *:PORT"
            ),
            (
                "time_zone: Mars",
                "syslog.yaml:1: time_zone: 'Mars' is no zone; write system, UTC or +HH:MM, and set TZ for a named one"
            ),
            ("max_message_bytes: 100", "syslog.yaml:1: max_message_bytes: must be within 480 and 16777216"),
            ("compatible_with: rsyslog", "syslog.yaml:1: compatible_with: must be syslog-ng, or not be there"),
            ("rate_limit: {}", "syslog.yaml:1: rate_limit: 'per_second' is missing"),
            (
                "rate_limit:\n  per_second: 0",
                "syslog.yaml:2: rate_limit.per_second: must be within 1 and 1000000000"
            ),
            ("tls: {}", "syslog.yaml:1: tls: 'addresses' is missing"),
            (
                "tls:\n  addresses: [x]",
                "syslog.yaml:2: tls.addresses[0]: 'x' is no address; write HOST:PORT, [IPV6]:PORT or *:PORT"
            ),
            (
                "tls: {addresses: [\"*:6514\"], certificate_file: a, key_file: b}",
                "syslog.yaml:1: tls: 'ca_file' is missing: without it no client's certificate can be checked"
            ),
            (
                "tls:\n  {addresses: [], certificate_file: a, key_file: b, client: maybe}",
                "syslog.yaml:2: tls.client: must be require, optional or none"
            ),
            (
                "tls: {addresses: [], certificate_file: a, key_file: b, ca_file: c, client: optional, allow: [x]}",
                "syslog.yaml:1: tls.allow: has no effect with client: optional"
            ),
            (
                "tls: {addresses: [], certificate_file: a, key_file: b, ca_file: c, allow: [x, a.*.b]}",
                "syslog.yaml:1: tls.allow[1]: 'a.*.b' is no name; write a whole one, or *. and the rest for any "
                    + "first part"
            ),
            ("receivers: 0", "syslog.yaml:1: receivers: must be within 1 and 64"),
            ("max_connections: 0", "syslog.yaml:1: max_connections: must be within 1 and 1000000"),
        ])
    func wrong(yaml: String, message: String) throws {
        let error = try #require(throws: ExhaustError.self) { try decode(yaml) }
        #expect(error.code == .configuration)
        #expect(error.description == message)
    }

    @Test("Addresses are a host or none, and a port")
    func addresses() {
        #expect(ListenAddress("[2001:db8::1]:514")?.host == "2001:db8::1")
        #expect(ListenAddress(":514")?.host == nil)
        for text in ["", "514", "host:", "host:99999", "::1:514", "[host]:514", "host:-1"] {
            #expect(ListenAddress(text) == nil, "\(text)")
        }
    }
}
