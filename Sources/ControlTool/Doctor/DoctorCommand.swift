package import ArgumentParser
import ExhaustBroker
import ExhaustCore

/// `exhaustctl doctor`: what is wrong with the broker.
package struct DoctorCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong with the broker, and say what to do about it.",
        discussion: """
            One line a finding, the worst first. Exits with 0 if there is none, and with 1 if there are some.

            Example:
              exhaustctl doctor --certificate /etc/exhaust/tls/analyzer.pem
            """)

    @OptionGroup var broker: BrokerOptions

    @Option(
        help: "A certificate whose expiry to look at, beside the broker's own. May be repeated.", completion: .file())
    var certificate: [String] = []

    package init() {}

    package func run() async throws {
        try await reportingErrors {
            let findings = try await examine().findings()
            for finding in findings { print(finding) }
            if !findings.isEmpty { throw ExitCode.failure }
            print("nothing found")
        }
    }

    private func examine() async throws -> Checkup {
        let administration = broker.administration
        // One after the other: each of them takes a core for its time, which would blur the look at the clock.
        let survey = BrokerSurvey(try await administration.definitions(), vhost: broker.vhost)
        let status = try await administration.status()
        let depths = try await administration.depths()
        let before = Timestamp.now()
        let settings = try await administration.settings()
        let after = max(before, Timestamp.now())
        var certificates: [String: Certificate] = [:]
        for file in certificate { certificates[file] = try Certificate(file: file) }
        if let pem = settings["certificate"]?.string, !pem.isEmpty {
            certificates["the broker's certfile"] = try Certificate(pem: Array(pem.utf8))
        }
        return Checkup(
            survey: survey, status: status, settings: settings, depths: depths, asked: before...after,
            certificates: certificates)
    }
}
