import ExhaustCore

/// One entry of `probes`: what is asked for an answer, how, and how often.
package struct ProbeTarget: Sendable, Hashable {
    /// What counts as an answer.
    package enum Question: Sendable, Hashable {
        /// `icmp: HOST`: an echo reply to one of `count` requests.
        case echo(host: String, count: Int)
        /// `tcp: HOST:PORT`: a connection.
        case connect(HostPort)
        /// `http: URL`: a status below 400.
        case http(ProbeURL)
        /// `tls: HOST:PORT`: a handshake with a certificate that is valid for the host.
        case certificate(HostPort)
    }

    package var question: Question
    /// `name`: what it is called in events; by default what it asks.
    package var name: String
    /// `interval`: default 30 s.
    package var interval: Duration
    /// `timeout`: how long all of it may take; default 5 s.
    package var timeout: Duration
    /// `ca_file`: the authorities of its certificate, PEM; default the system's.
    package var authorityFile: String?

    /// What is asked, as the configuration writes it.
    package var text: String {
        switch question {
        case .echo(let host, _): host
        case .connect(let place), .certificate(let place): place.description
        case .http(let url): url.description
        }
    }

    /// The key under which the configuration has it.
    package var kind: String {
        switch question {
        case .echo: "icmp"
        case .connect: "tcp"
        case .http: "http"
        case .certificate: "tls"
        }
    }
}

extension ProbeTarget: Decodable {
    private enum CodingKeys: String, CodingKey {
        case icmp, tcp, http, tls, name, interval, timeout, count
        case authorityFile = "ca_file"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func refuse(_ key: CodingKeys, _ message: String) -> ValueCodingError {
            ValueCodingError(path: (decoder.codingPath + [key]).texts, message: message)
        }
        let kinds = [CodingKeys.icmp, .tcp, .http, .tls].filter(container.contains)
        guard let kind = kinds.first, kinds.count == 1 else {
            throw ValueCodingError(
                path: decoder.codingPath.texts, message: "must have one of the keys icmp, tcp, http and tls")
        }
        let text = try container.decode(String.self, forKey: kind)
        let count = try container.decodeIfPresent(Int.self, forKey: .count)
        authorityFile = try container.decodeIfPresent(String.self, forKey: .authorityFile)
        guard let question = Self.question(kind, text, count: count ?? 3) else {
            throw refuse(kind, "'\(text)' is no \(Self.form(of: kind))")
        }
        self.question = question
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? "\(kind.rawValue) \(text)"
        interval = try container.decodeIfPresent(Duration.self, forKey: .interval) ?? .seconds(30)
        timeout = try container.decodeIfPresent(Duration.self, forKey: .timeout) ?? .seconds(5)
        guard (1...20).contains(count ?? 3) else { throw refuse(.count, "must be within 1 and 20") }
        guard count == nil || kind == .icmp else { throw refuse(.count, "has no effect with \(kind.rawValue)") }
        guard authorityFile == nil || hasCertificate else {
            throw refuse(.authorityFile, "has no effect without a certificate, as with \(kind.rawValue)")
        }
        guard interval >= .seconds(1) else { throw refuse(.interval, "must be at least 1s") }
        guard timeout >= .milliseconds(10), timeout <= .seconds(60) else {
            throw refuse(.timeout, "must be within 10ms and 60s")
        }
    }

    private var hasCertificate: Bool {
        switch question {
        case .certificate: true
        case .http(let url): url.isSecure
        default: false
        }
    }

    private static func question(_ kind: CodingKeys, _ text: String, count: Int) -> Question? {
        switch kind {
        case .icmp: HostPort.isHost(text) ? .echo(host: text, count: count) : nil
        case .tcp: HostPort(text).map { .connect($0) }
        case .http: ProbeURL(text).map { .http($0) }
        default: HostPort(text).map { .certificate($0) }
        }
    }

    private static func form(of kind: CodingKeys) -> String {
        switch kind {
        case .icmp: "host; write a name or an address"
        case .http: "URL; write http://HOST/PATH or https://HOST/PATH"
        default: "HOST:PORT"
        }
    }
}
