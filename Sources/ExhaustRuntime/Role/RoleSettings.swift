package import ExhaustBroker
package import ExhaustCore

/// The keys that every role's configuration has, with the role's own beside them.
package struct RoleSettings<Configuration: RoleConfiguration>: Decodable, Sendable {
    /// The host that events are about; the machine's name by default.
    package var host: HostID
    package var broker: BrokerConfiguration?
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    package var logLevel: String
    /// Time between heartbeats on `exhaust.status`.
    package var statusInterval: Duration
    /// Where an emitter keeps what is not confirmed; unset where the configuration does not speak of it.
    package var spool: SpoolConfiguration?
    package var role: Configuration

    enum CodingKeys: String, CodingKey {
        case host, broker, spool
        case logLevel = "log_level"
        case statusInterval = "status_interval"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try container.decodeIfPresent(String.self, forKey: .host) {
            guard let host = HostID(text) else {
                throw ValueCodingError(path: ["host"], message: "'\(text)' is no host id ([a-z0-9-]{1,63})")
            }
            self.host = host
        } else {
            host = Machine.hostID
        }
        broker = try container.decodeIfPresent(BrokerConfiguration.self, forKey: .broker)
        logLevel = try container.decodeIfPresent(String.self, forKey: .logLevel) ?? "info"
        statusInterval = try container.decodeIfPresent(Duration.self, forKey: .statusInterval) ?? .seconds(5)
        guard statusInterval >= .milliseconds(100) else {
            throw ValueCodingError(path: ["status_interval"], message: "must be at least 100ms")
        }
        spool = try container.decodeIfPresent(SpoolConfiguration.self, forKey: .spool)
        role = try Configuration(from: decoder)
    }
}
