import ArgumentParser
import ExhaustBroker
import ExhaustCore
import Glibc

extension HostCommand {
    /// `exhaustctl host remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a host: its connections end at once, its logins and its queue are gone.",
            discussion: """
                Example:
                  exhaustctl host remove web-01 --authority /etc/exhaust/authority
                """)

        @Argument(help: "The host's id.")
        var name: String

        @OptionGroup var broker: BrokerOptions

        @Option(
            help: "The folder of the authority that issued its certificates, which are made void.",
            completion: .directory)
        var authority: String?

        @Flag(help: "Remove it though tasks wait in its queue; they are lost.")
        var force = false

        func run() async throws {
            try await reportingErrors {
                let host = try hostID(name)
                let administration = broker.administration
                let survey = BrokerSurvey(try await administration.definitions(), vhost: broker.vhost)
                let (roles, hasQueue) = (survey.logins[host, default: []], survey.hosts.contains(host))
                guard !roles.isEmpty || hasQueue else {
                    throw ExhaustError(.noInput, "the broker knows no host \(host)", advice: "exhaustctl host list")
                }
                let tasks = hasQueue ? try await administration.waiting(in: Queue.agent(host)) : 0
                guard tasks == 0 || force else {
                    throw ExhaustError(
                        .usage, "\(tasks) tasks wait in \(Queue.agent(host))",
                        advice: "let the agent take them, or lose them with --force")
                }
                // Void before anything else: a certificate outlives its login, and would fit the next of that name.
                if let authority {
                    for role in Login.Role.hostRoles {
                        try await Authority(folder: authority).revoke(Login(role, host: host))
                    }
                }
                for role in roles { try await administration.deleteUser(Login(role, host: host).name) }
                if hasQueue { try await administration.deleteQueue(Queue.agent(host)) }
                print("host \(host) is removed: \(roles.count) logins, \(hasQueue ? 1 : 0) queue with \(tasks) tasks")
                if authority == nil {
                    print("revoke its certificates, if it had any, before a host of that name is added again")
                }
            }
        }
    }
}
