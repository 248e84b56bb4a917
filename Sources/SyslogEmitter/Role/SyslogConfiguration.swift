import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-syslog`, beside those of every role.
package struct SyslogConfiguration: RoleConfiguration {
    /// `unix`: paths of Unix datagram sockets; default one, `/run/exhaust/syslog.sock`.
    package var unix: [String]
    /// `udp`: addresses of UDP sockets; default none.
    package var udp: [ListenAddress]
    /// `tcp`: addresses of TCP listeners; default none.
    package var tcp: [ListenAddress]
    /// `tls`: the TLS listeners; default none.
    package var tls: TLSConfiguration?
    /// `rate_limit`: how much is taken from one sender; default everything.
    package var rateLimit: RateLimit?
    /// `time_zone`: the zone of stamps that name none; default the machine's.
    package var zone: LocalZone
    /// `max_message_bytes`: how much of a message is kept, 480 bytes to 16 MiB; default 64 KiB.
    package var messageBytes: Int
    /// `compatible_with: syslog-ng`: each record has syslog-ng's names too; default not.
    package var otherNames: SyslogNGNames?
    /// `max_connections`: how many TCP and TLS connections may be open; default 1024.
    package var connections: Int
    /// `receivers`: how many threads take what arrives by UDP, TCP and TLS, each on sockets of its own; default 1.
    package var receivers: Int
    /// The inputs that can be read again.
    package var sources: SourceConfiguration

    enum CodingKeys: String, CodingKey {
        case unix, udp, tcp, tls, receivers
        case rateLimit = "rate_limit"
        case zone = "time_zone"
        case messageBytes = "max_message_bytes"
        case connections = "max_connections"
        case otherNames = "compatible_with"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        unix = try container.decodeIfPresent([String].self, forKey: .unix) ?? ["/run/exhaust/syslog.sock"]
        udp = try container.decodeIfPresent([ListenAddress].self, forKey: .udp) ?? []
        tcp = try container.decodeIfPresent([ListenAddress].self, forKey: .tcp) ?? []
        tls = try container.decodeIfPresent(TLSConfiguration.self, forKey: .tls)
        rateLimit = try container.decodeIfPresent(RateLimit.self, forKey: .rateLimit)
        let zoneName = try container.decodeIfPresent(String.self, forKey: .zone) ?? "system"
        messageBytes = try container.decodeIfPresent(Int.self, forKey: .messageBytes) ?? 65_536
        connections = try container.decodeIfPresent(Int.self, forKey: .connections) ?? 1024
        receivers = try container.decodeIfPresent(Int.self, forKey: .receivers) ?? 1
        sources = try SourceConfiguration(from: decoder)
        let other = try container.decodeIfPresent(String.self, forKey: .otherNames)
        guard other == nil || other == "syslog-ng" else {
            throw ValueCodingError(path: ["compatible_with"], message: "must be syslog-ng, or not be there")
        }
        otherNames = other.map { _ in SyslogNGNames.ofThisMachine() }
        guard let zone = LocalZone(zoneName) else {
            throw ValueCodingError(
                path: ["time_zone"],
                message: "'\(zoneName)' is no zone; write system, UTC or +HH:MM, and set TZ for a named one")
        }
        self.zone = zone
        for (index, path) in unix.enumerated()
        where !path.hasPrefix("/") || path.utf8.count > UnixSocketFile.pathLimit || path.hasSuffix("/") {
            throw ValueCodingError(
                path: ["unix", "[\(index)]"],
                message: "must be an absolute path of at most \(UnixSocketFile.pathLimit) bytes")
        }
        guard (480...16 << 20).contains(messageBytes) else {
            throw ValueCodingError(path: ["max_message_bytes"], message: "must be within 480 and 16777216")
        }
        guard (1...1_000_000).contains(connections) else {
            throw ValueCodingError(path: ["max_connections"], message: "must be within 1 and 1000000")
        }
        guard (1...64).contains(receivers) else {
            throw ValueCodingError(path: ["receivers"], message: "must be within 1 and 64")
        }
    }

    package func validate() throws {
        if let tls { _ = try TLSContext(tls) }
    }
}

extension SyslogConfiguration {
    /// Whether `other` has the same inputs.
    func listensLike(_ other: SyslogConfiguration) -> Bool {
        unix == other.unix && udp == other.udp && tcp == other.tcp && tls?.addresses == other.tls?.addresses
            && sources == other.sources && receivers == other.receivers
    }

    /// What makes the records; `aheadLimit` as there.
    func maker(aheadLimit: Duration?) -> RecordMaker {
        RecordMaker(zone: zone, aheadLimit: aheadLimit, otherNames: otherNames)
    }

    /// What the receiving loop needs of it. A live sender whose clock is more than a day ahead is not believed.
    var loopSettings: ReceiveLoop.Settings {
        ReceiveLoop.Settings(
            maker: maker(aheadLimit: .seconds(86_400)), messageBytes: messageBytes,
            connections: (connections + receivers - 1) / receivers, rateLimit: rateLimit)
    }
}
