import ArgumentParser
import ExhaustBroker
import ExhaustCore

extension HostCommand {
    /// `exhaustctl host list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the hosts: whether all logins are there, and how many tasks wait.",
            discussion: "Example:\n  exhaustctl host list --vhost exhaust")

        @OptionGroup var broker: BrokerOptions

        func run() async throws {
            try await reportingErrors {
                let administration = broker.administration
                async let depths = administration.depths()
                let survey = BrokerSurvey(try await administration.definitions(), vhost: broker.vhost)
                let tasks = try await depths
                for host in Set(survey.hosts).union(survey.logins.keys).sorted(by: { "\($0)" < "\($1)" }) {
                    let missing = Set(Login.Role.hostRoles).subtracting(survey.logins[host, default: []])
                    let logins = missing.isEmpty ? "all logins" : "lacks logins \(missing.map(\.rawValue).sorted())"
                    let queue = tasks[Queue.agent(host)].map { "\($0) tasks" } ?? "no queue"
                    print("\(host)  \(logins)  \(queue)")
                }
            }
        }
    }
}
