import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport
import Testing

/// Starts one broker with TLS and certificates alone for a whole suite, and provisions it with exhaustctl for two
/// hosts, as docs/security.md tells an operator to.
struct SecureBroker: SuiteTrait, TestScoping {
    @TaskLocal static var current: SecureBroker.Site?

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let broker = try await PrivateBroker.startBare()
        let site = Site(broker: broker)
        let result: Result<Void, any Error>
        do {
            try await site.provision()
            result = .success(try await Self.$current.withValue(site, operation: function))
        } catch {
            result = .failure(error)
        }
        await broker.stop()
        try result.get()
    }
}

extension SuiteTrait where Self == SecureBroker {
    /// A broker with TLS alone, shared by the tests of the suite.
    static var secureBroker: Self { SecureBroker() }
}

extension SecureBroker {
    /// The broker with its authority, and what an operator does with them.
    struct Site {
        let broker: PrivateBroker
        var authority: ThrowawayAuthority { broker.authority }
        /// Where certificates end up, by login.
        var certificates: String { "\(broker.directory.path)/tls" }

        func provision() async throws {
            try await succeed("topology", "apply", "--partitions", "2", certified: true)
            try await succeed("host", "add", "web-01", certified: true)
            try await succeed("host", "add", "web-02", certified: true)
            try await broker.control("delete_user", "guest")
        }

        /// Runs exhaustctl against this broker; gives its exit status and what it printed.
        func exhaustctl(_ arguments: String..., certified: Bool = false) async throws -> (status: Int32, text: String) {
            try await run(arguments, certified: certified)
        }

        /// The same for a command that must succeed.
        @discardableResult
        func succeed(_ arguments: String..., certified: Bool = false) async throws -> String {
            let (status, text) = try await run(arguments, certified: certified)
            #expect(status == 0, "exhaustctl \(arguments): \(text)")
            return text
        }

        private func run(_ arguments: [String], certified: Bool) async throws -> (status: Int32, text: String) {
            var command =
                ["\(Programs.folder)/exhaustctl"] + arguments + [
                    "--rabbitmqctl", "\(broker.directory.path)/rabbitmqctl",
                ]
            if certified { command += ["--certificates", "--authority", authority.folder, "--to", certificates] }
            let output = "\(broker.directory.path)/output-\(ULID())"
            let process = try ChildProcess(command, output: output)
            let status = await process.wait(upTo: .seconds(60)) ?? -1
            return (status, String(decoding: try FileContent.read(output), as: UTF8.self))
        }

        /// How `login` connects with a certificate: its own unless `files` are given.
        func configuration(
            _ login: Login, files: (certificate: String, key: String)? = nil
        ) -> BrokerConfiguration {
            let address = BrokerAddress(host: "localhost", port: broker.tlsPort, vhost: "exhaust", usesTLS: true)
            var configuration = BrokerConfiguration(address: address, login: login.name)
            configuration.partitions = 2
            configuration.caFile = authority.certificate
            configuration.certificateFile = files?.certificate ?? "\(certificates)/\(login.name).pem"
            configuration.keyFile = files?.key ?? "\(certificates)/\(login.name).key"
            return configuration
        }
    }
}
