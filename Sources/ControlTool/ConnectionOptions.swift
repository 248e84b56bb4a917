import ArgumentParser
import ExhaustBroker
import ExhaustCore
import ExhaustRuntime

/// How a command reaches the broker.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Read configuration from this YAML file.", completion: .file())
    var config: String?

    @Option(help: "Set one configuration key, such as --set broker.login=observer. May be repeated.")
    var set: [String] = []

    /// What the file, the environment and the options say.
    func settings() throws -> ControlConfiguration {
        var source = try ConfigurationSource(file: config)
        let environment = Machine.environment
        try source.merge(environment: environment, ignoring: [Machine.passwordVariable, "EXHAUST_TEST_DATA"])
        for assignment in set { try source.merge(assignment: assignment) }
        var settings = try source.decode(ControlConfiguration.self)
        settings.broker.password = environment[Machine.passwordVariable]
        return settings
    }
}

/// What `exhaustctl` needs to know.
struct ControlConfiguration: Decodable {
    var broker: BrokerConfiguration
    // Keys that roles have: one environment may serve both.
    let host, logLevel, statusInterval: String?

    enum CodingKeys: String, CodingKey {
        case broker, host
        case logLevel = "log_level"
        case statusInterval = "status_interval"
    }
}
