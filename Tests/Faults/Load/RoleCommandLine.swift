import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport

/// How a role is started for a broker configuration.
struct RoleCommandLine {
    let arguments: [String]
    let environment: [String: String]

    /// `program` with its common keys, and `keys` of its own as `--set` takes them.
    init(
        program: [String], host: HostID, configuration: BrokerConfiguration, keys: [String],
        environment: [String: String] = [:]
    ) {
        var all = [
            "broker.login=\(configuration.login)", "broker.partitions=\(configuration.partitions)",
            // Short, so that the table takes half an hour and not an hour.
            "broker.heartbeat=5s", "status_interval=1s",
        ]
        if let file = configuration.caFile { all.append("broker.ca_file=\(file)") }
        if let file = configuration.certificateFile { all.append("broker.certificate_file=\(file)") }
        if let file = configuration.keyFile { all.append("broker.key_file=\(file)") }
        arguments =
            program + ["--host", "\(host)", "--broker", "\(configuration.address)"]
            + (all + keys).flatMap { ["--set", $0] }
        var environment = environment
        environment["EXHAUST_BROKER__PASSWORD"] = configuration.password
        self.environment = environment
    }
}
