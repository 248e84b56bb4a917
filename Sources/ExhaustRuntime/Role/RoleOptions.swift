package import ArgumentParser
package import ExhaustCore

/// The flags that every role has; docs/specs/role.md lists them.
package struct RoleOptions: ParsableArguments, Sendable {
    @Option(name: .long, help: "Read configuration from this YAML file.", completion: .file())
    package var config: String?

    @Option(name: .long, help: "Set one configuration key, such as --set broker.login=web-01. May be repeated.")
    package var set: [String] = []

    @Option(name: .long, help: "The broker's address: amqps://HOST[:PORT]/VHOST.")
    package var broker: String?

    @Option(name: .long, help: "The host id that events are about; the machine's name by default.")
    package var host: String?

    @Option(name: .long, help: "Read this file, - for standard input, or recorder:2h for recorded telemetry.")
    package var from: String?

    @Option(name: .long, help: "Write events as JSON lines to this file, or - for standard output.")
    package var to: String?

    @Flag(name: .long, help: "Check the configuration, with every file that it names, and exit.")
    package var check = false

    @Flag(name: .long, help: "Stop after one pass over the source.")
    package var once = false

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    package var logLevel: String?

    package init() {}

    /// The configuration from all four places, flags last.
    package func source(
        environment: [String: String], overrides: [FlagOverride]
    ) throws(ExhaustError) -> ConfigurationSource {
        var source = try ConfigurationSource(file: config)
        try source.merge(environment: environment, ignoring: [Machine.passwordVariable, "EXHAUST_TEST_DATA"])
        for assignment in set { try source.merge(assignment: assignment) }
        if let broker { source.set(["broker", "url"], to: .string(broker), origin: "--broker") }
        if let host { source.set(["host"], to: .string(host), origin: "--host") }
        if let logLevel { source.set(["log_level"], to: .string(logLevel), origin: "--log-level") }
        for flag in overrides { source.set(flag.path, to: flag.value, origin: flag.flag) }
        return source
    }
}

/// A role's own flag that sets a configuration key.
package struct FlagOverride: Sendable {
    let path: [String]
    let value: Value
    let flag: String

    /// `flag`, such as `--rules`, sets the key at `path`.
    package init(_ flag: String, _ path: String, _ value: Value) {
        self.flag = flag
        self.path = path.split(separator: ".").map(String.init)
        self.value = value
    }
}
