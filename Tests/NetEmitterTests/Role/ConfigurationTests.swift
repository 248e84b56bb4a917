import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("Configuration of emitter-net")
struct ConfigurationTests {
    private func decode(_ yaml: String) throws -> NetConfiguration {
        try YAMLReader.parse(yaml, file: "net.yaml").decode(NetConfiguration.self)
    }

    @Test("Probes are read, each with what its kind needs")
    func probes() throws {
        let probes = try decode(
            """
            probes:
            - icmp: gateway.example.org
              interval: 10s
              count: 5
            - {tcp: "[2001:db8::1]:5432", name: database, timeout: 500ms}
            - http: http://www.example.org
            - tls: www.example.org:443
            """
        ).probes
        #expect(probes.map(\.kind) == ["icmp", "tcp", "http", "tls"])
        #expect(probes.map(\.text)[1] == "[2001:db8::1]:5432" && probes[1].name == "database")
        #expect(probes[0].question == .echo(host: "gateway.example.org", count: 5))
        #expect(probes[0].interval == .seconds(10) && probes[1].interval == .seconds(30))
        #expect(probes[1].timeout == .milliseconds(500) && probes[2].timeout == .seconds(5))
        guard case .http(let url) = probes[2].question else { return #expect(Bool(false)) }
        #expect(url.target == "/" && url.hostHeader == "www.example.org" && url.host.port == 80)
    }

    @Test("deploy/config/emitter-net.yaml has every key with its default, and probes of each kind")
    func sample() throws {
        let text = try FileContent.read("\(SchemaTests.project)deploy/config/emitter-net.yaml")
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let settings = try YAMLReader.parse(lines.joined(separator: "\n"), file: "net.yaml")
            .decode(RoleSettings<NetConfiguration>.self)
        let defaults = try decode("{}")
        #expect(settings.role == defaults)
        for key in ["capture", "flows", "dns", "handshakes", "links", "sockets"] {
            let block = lines.drop { $0 != "# \(key):" }.dropFirst().prefix { $0.hasPrefix("#   ") }
            #expect(block.count > 1, "\(key)")
            let yaml = "\(key):\n" + block.map { $0.dropFirst(2) }.joined(separator: "\n")
            #expect(try decode(yaml) == defaults, "\(yaml)")
        }
        let probes = lines.drop { $0 != "# probes: []" }.dropFirst().prefix { $0.hasPrefix("# ") }
        let yaml = "probes:\n" + probes.map { $0.dropFirst(2) }.joined(separator: "\n")
        #expect(try decode(yaml).probes.map(\.kind) == ["icmp", "tcp", "http", "tls"])
    }

    @Test(
        "A wrong value is refused with file, line and key",
        arguments: [
            ("capture:\n  threads: 0", "net.yaml:2: capture.threads: must be within 1 and 64"),
            ("capture:\n  snap_lenght: 1", "net.yaml:2: capture.snap_lenght: unknown key, did you mean 'snap_length'?"),
            ("flows:\n  max: 1", "net.yaml:2: flows.max: must be within 16 and 4194304"),
            (
                "flows:\n  idle_timeout: 0s",
                "net.yaml:2: flows.idle_timeout: must be within 1.0 seconds and 86400.0 seconds"
            ),
            ("handshakes:\n  http: all", "net.yaml:2: handshakes.http: must be one of off, path, query"),
            ("links:\n  events: [ling]", "net.yaml:2: links.events[0]: must be one of link, address, route, neighbour"),
            (
                "links:\n  counters_interval: 1ms",
                "net.yaml:2: links.counters_interval: must be at least 1s, or 0s for never"
            ),
            ("sockets:\n  peers: -1", "net.yaml:2: sockets.peers: must be within 0 and 10000"),
            ("probes:\n- icmp: a b", "net.yaml:2: probes[0].icmp: 'a b' is no host; write a name or an address"),
            ("probes:\n- tcp: host", "net.yaml:2: probes[0].tcp: 'host' is no HOST:PORT"),
            ("probes:\n- tls: \"::1:443\"", "net.yaml:2: probes[0].tls: '::1:443' is no HOST:PORT"),
            (
                "probes:\n- http: ftp://x",
                "net.yaml:2: probes[0].http: 'ftp://x' is no URL; write http://HOST/PATH or https://HOST/PATH"
            ),
            ("probes:\n- name: x", "net.yaml:2: probes[0]: must have one of the keys icmp, tcp, http and tls"),
            (
                "probes:\n- {icmp: a, tcp: \"a:1\"}",
                "net.yaml:2: probes[0]: must have one of the keys icmp, tcp, http and tls"
            ),
            ("probes:\n- {icmp: a, count: 0}", "net.yaml:2: probes[0].count: must be within 1 and 20"),
            ("probes:\n- {tcp: \"a:1\", count: 2}", "net.yaml:2: probes[0].count: has no effect with tcp"),
            ("probes:\n- {icmp: a, interval: 10ms}", "net.yaml:2: probes[0].interval: must be at least 1s"),
            ("probes:\n- {icmp: a, timeout: 5m}", "net.yaml:2: probes[0].timeout: must be within 10ms and 60s"),
            (
                "probes:\n- {tcp: \"a:1\", ca_file: b}",
                "net.yaml:2: probes[0].ca_file: has no effect without a certificate, as with tcp"
            ),
            ("probes:\n- icmp: a\n- icmp: a", "net.yaml:3: probes[1]: 'icmp a' is there already"),
            ("probes:\n- {icmp: a, colour: red}", "net.yaml:2: probes[0].colour: unknown key"),
        ])
    func wrong(yaml: String, message: String) throws {
        let error = try #require(throws: ExhaustError.self) { try decode(yaml) }
        #expect(error.code == .configuration)
        #expect(error.description == message)
    }

    @Test("Hosts with ports, and URLs, are taken in no other form")
    func forms() {
        #expect(HostPort("[2001:db8::1]:514")?.host == "2001:db8::1")
        for text in ["", "a", "a:", ":1", "a:0", "a:99999", "::1:514", "[a]:514", "a:-1", "a/b:1", "u@a:1"] {
            #expect(HostPort(text) == nil, "\(text)")
        }
        #expect(ProbeURL("https://a:8443?x")?.target == "/?x")
        #expect(ProbeURL("https://[::1]/")?.hostHeader == "[::1]")
        #expect(ProbeURL("http://a:443/")?.hostHeader == "a:443")
        for text in ["a", "http://", "http://u@a/", "http://a/#b", "http://a b/", "http:///x"] {
            #expect(ProbeURL(text) == nil, "\(text)")
        }
    }
}
