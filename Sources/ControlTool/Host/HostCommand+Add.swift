import ArgumentParser
import ExhaustBroker
import ExhaustCore

extension HostCommand {
    /// `exhaustctl host add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a host: a login a role with its permissions, the queue of its tasks, certificates.",
            discussion: """
                Example:
                  exhaustctl host add web-01 --certificates --authority /etc/exhaust/authority
                  scp -r web-01 root@web-01:/etc/exhaust/tls
                """)

        @Argument(help: "The host's id.")
        var name: String

        @OptionGroup var broker: BrokerOptions
        @OptionGroup var credentials: CredentialOptions

        @Option(help: "The folder for the host's certificates; its name by default.", completion: .directory)
        var to: String?

        func run() async throws {
            try await reportingErrors {
                let host = try hostID(name)
                try credentials.require()
                let administration = broker.administration
                let survey = BrokerSurvey(try await administration.definitions(), vhost: broker.vhost)
                let isThere = survey.hosts.contains(host)
                guard !isThere || survey.logins[host, default: []].count < Login.Role.hostRoles.count else {
                    throw ExhaustError(
                        .usage, "host \(host) is there already",
                        advice: "exhaustctl topology apply puts its permissions right; remove it to give it new logins")
                }
                let topology = Topology(hosts: [host], settings: try survey.topology().settings)
                let logins = Login.Role.hostRoles.map { Login($0, host: host) }
                let made = try await credentials.make(for: logins, folder: to ?? name)
                try await administration.importDefinitions(Definitions.ofHost(host, topology, logins: made))
                for login in logins { print("login \(login.name)") }
                print("queue \(Queue.agent(host))")
                if credentials.authority != nil { print("certificates in \(to ?? name)") }
                if let folder = credentials.passwords { print("passwords in \(folder)") }
            }
        }
    }
}

extension Definitions {
    /// What a host has of its own in `topology`.
    fileprivate static func ofHost(
        _ host: HostID, _ topology: Topology, logins: [(login: Login, credential: Credential)]
    ) -> Value {
        var generator = SystemRandomNumberGenerator()
        let all = render(topology, logins: logins, using: &generator)
        func own(_ section: String, _ key: String) -> Value {
            .list((all[section]?.list ?? []).filter { $0[key]?.string == Queue.agent(host) })
        }
        return [
            "users": all["users"] ?? [], "permissions": all["permissions"] ?? [],
            "topic_permissions": all["topic_permissions"] ?? [],
            "queues": own("queues", "name"), "bindings": own("bindings", "destination"),
        ]
    }
}
