package import ArgumentParser
import ExhaustBroker
import ExhaustCore
import ExhaustRuntime
import Glibc

/// `exhaustctl topology`: the broker's exchanges, queues, bindings and logins.
package struct TopologyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "The broker's exchanges, queues, bindings and logins.",
        subcommands: [Print.self])

    package init() {}

    /// `exhaustctl topology print`.
    struct Print: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the topology as RabbitMQ's definitions.json.",
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
                settings.partitions = partitions
                let hosts = try Set(node).sorted().map { name in
                    guard let host = HostID(name) else {
                        throw ExhaustError(.usage, "'\(name)' is no host id ([a-z0-9-]{1,63})")
                    }
                    return host
                }
                guard (1...100).contains(partitions) else {
                    throw ExhaustError(.usage, "--partitions must be from 1 to 100, not \(partitions)")
                }
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

/// Passwords of logins, one a file, closed to others.
enum PasswordFile {
    /// The password of `login`; its file in `folder` is made with a new one (192 random bits) if it is missing.
    static func password(of login: Login, in folder: String) throws -> String {
        let path = "\(folder)/\(login.name)"
        if access(path, F_OK) == 0 { return try FileContent.secret(path) }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let password = Base64.encode(bytes)
        try ProtectedFile.create(path, mode: 0o600, bytes: Array("\(password)\n".utf8))
        return password
    }
}
