import ArgumentParser
import ExhaustBroker
import ExhaustCore

extension TopologyCommand {
    /// `exhaustctl topology apply`.
    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the running broker as declared: add what is missing, put permissions right.",
            discussion: """
                Deletes nothing, and leaves the passwords of logins alone. What it cannot change it prints, and exits
                with 1.

                Example:
                  exhaustctl topology apply --certificates --authority /etc/exhaust/authority --to central-tls
                """)

        @OptionGroup var broker: BrokerOptions
        @OptionGroup var credentials: CredentialOptions

        @Option(help: "The number of partitions, for a broker without any: 16 unless given.")
        var partitions: Int?

        @Option(help: "The folder for new certificates.", completion: .directory)
        var to = "central-tls"

        func run() async throws {
            try await reportingErrors {
                if let partitions { _ = try checked(partitions: partitions) }
                let administration = broker.administration
                let survey = BrokerSurvey(try await administration.definitions(), vhost: broker.vhost)
                let isNew = survey.partitions.values.allSatisfy { $0 == 0 }
                let topology = try survey.topology(
                    partitions: partitions ?? (isNew ? Topology.Settings().partitions : nil))
                let differences = survey.differences(from: topology)
                let changes = try await changes(differences, topology)
                if !changes.isEmpty { try await administration.importDefinitions(.map(changes)) }
                let rest =
                    changes.isEmpty
                    ? differences
                    : BrokerSurvey(try await administration.definitions(), vhost: broker.vhost)
                        .differences(from: topology)
                report(differences, rest)
                if !rest.isEmpty { throw ExitCode.failure }
            }
        }

        /// The definitions that put right what importing can put right.
        private func changes(_ differences: [Difference], _ topology: Topology) async throws -> ValueMap {
            var changes: [String: [Value]] = [:]
            var newLogins: [Login] = []
            for difference in differences {
                guard let cure = difference.cure else { continue }
                if difference.kind == .login, case .missing = difference.change,
                    let login = Login(name: difference.name)
                {
                    newLogins.append(login)
                } else {
                    changes[difference.kind.section, default: []].append(cure)
                }
            }
            if !newLogins.isEmpty {
                let made = try await credentials.make(for: newLogins, folder: to)
                var generator = SystemRandomNumberGenerator()
                let users = Definitions.render(topology, logins: made, using: &generator)["users"]?.list ?? []
                changes["users", default: []] += users
            }
            guard !changes.isEmpty else { return [:] }
            var document = ValueMap(changes.map { ($0.key, .list($0.value)) })
            document["vhosts"] = [["name": .string(broker.vhost)]]
            return document
        }

        private func report(_ differences: [Difference], _ rest: [Difference]) {
            let left = Set(rest.map(\.description))
            let mended = differences.filter { !left.contains($0.description) }
            for kind in DefinitionItem.Kind.allCases {
                let names = Set(mended.filter { $0.kind == kind }.map(\.name))
                if !names.isEmpty { print("applied \(kind.rawValue): \(names.count)") }
            }
            for difference in rest { print("\(difference): \(difference.remedy(vhost: broker.vhost))") }
            if differences.isEmpty { print("nothing to do: the broker is as declared") }
        }
    }

    /// `exhaustctl topology diff`.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print how the running broker differs from what is declared, one line a difference.",
            discussion: """
                Exits with 0 if it does not differ, and with 1 if it does.

                Example:
                  exhaustctl topology diff || exhaustctl topology apply
                """)

        @OptionGroup var broker: BrokerOptions

        func run() async throws {
            try await reportingErrors {
                let survey = BrokerSurvey(try await broker.administration.definitions(), vhost: broker.vhost)
                let differences = survey.differences(from: try survey.topology())
                for difference in differences { print(difference) }
                if !differences.isEmpty { throw ExitCode.failure }
            }
        }
    }
}
