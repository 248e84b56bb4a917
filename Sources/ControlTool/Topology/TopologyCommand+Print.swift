import ArgumentParser
import ExhaustBroker
import ExhaustCore
import ExhaustRuntime

extension TopologyCommand {
    /// `exhaustctl topology print`.
    struct Print: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the topology as RabbitMQ's definitions.json, for a broker that is not running yet.",
            discussion: """
                Example:
                  exhaustctl topology print --node web-01 --passwords /etc/exhaust/secrets > definitions.json
                  rabbitmqctl import_definitions definitions.json
                """)

        @Option(help: "A monitored host. May be repeated.")
        var node: [String] = []

        @Option(help: "The virtual host.")
        var vhost = Topology.Settings().vhost

        @Option(help: "The number of partitions. Never change it on a broker in use.")
        var partitions = Topology.Settings().partitions

        @Option(
            help: "A folder with one file a login that holds its password; missing files are made.",
            completion: .directory)
        var passwords: String?

        @Flag(help: "Let logins prove themselves by certificate alone, without passwords.")
        var certificates = false

        func validate() throws {
            // Definitions without passwords would take away the ones that logins have.
            guard (passwords != nil) != certificates else {
                throw ValidationError("say how logins prove themselves: --passwords DIRECTORY or --certificates")
            }
        }

        func run() async throws {
            try await reportingErrors {
                var settings = Topology.Settings()
                settings.vhost = vhost
                settings.partitions = try checked(partitions: partitions)
                let hosts = try Set(node).sorted().map(hostID)
                let logins = try Login.all(hosts: hosts).map { login in
                    let credential = try passwords.map {
                        Definitions.Credential.password(try PasswordFile.password(of: login, in: $0))
                    }
                    return (login: login, credential: credential ?? .certificate)
                }
                var generator = SystemRandomNumberGenerator()
                let text = Definitions.json(
                    Topology(hosts: hosts, settings: settings), logins: logins, using: &generator)
                try StandardOutput.write(text)
            }
        }
    }
}

/// `name` as a host id; throws a `usage` error for another form.
func hostID(_ name: String) throws(ExhaustError) -> HostID {
    guard let host = HostID(name) else { throw ExhaustError(.usage, "'\(name)' is no host id ([a-z0-9-]{1,63})") }
    return host
}

/// `partitions`, which must be a number that keys and queue names can write.
func checked(partitions: Int) throws(ExhaustError) -> Int {
    guard (1...100).contains(partitions) else {
        throw ExhaustError(.usage, "--partitions must be from 1 to 100, not \(partitions)")
    }
    return partitions
}
