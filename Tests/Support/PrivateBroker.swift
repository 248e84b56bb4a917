package import ExhaustBroker
package import ExhaustCore
import Glibc

/// A RabbitMQ of a test's own: free port, temporary folder, Exhaust's topology and logins. Starting takes about 6 s, so
/// that suites share one. It ends with the test's process at the latest.
package final class PrivateBroker: Sendable {
    /// The port for plain connections, and for TLS.
    package let port: UInt16
    package let tlsPort: UInt16
    package let topology: Topology
    /// The authority that signed the broker's certificate, which names `localhost`.
    package let authority: ThrowawayAuthority
    package let directory: TemporaryDirectory
    private let deploy: String
    private let definitions: String
    private let environment: [String: String]
    private let process: ProcessBox

    private actor ProcessBox {
        var process: ChildProcess?
        func set(_ process: ChildProcess?) { self.process = process }
    }

    private static let server = "/usr/lib/rabbitmq/bin/rabbitmq-server"

    /// Why no broker can be started here; `nil` if one can.
    package static var obstacle: String? {
        for tool in [server, "/usr/bin/openssl", "/usr/bin/epmd"] where access(tool, X_OK) != 0 {
            return "skipped: \(tool) is not installed"
        }
        return nil
    }

    /// Starts a broker provisioned for `hosts`, and waits until it takes connections. `change` sets the topology's
    /// numbers; `configuration` is added to the broker's own.
    package static func start(
        hosts: [HostID], partitions: Int = 2, configuration: String = "",
        _ change: (inout Topology.Settings) -> Void = { _ in }
    ) async throws -> PrivateBroker {
        var settings = Topology.Settings()
        settings.partitions = partitions
        change(&settings)
        let topology = Topology(hosts: hosts, settings: settings)
        return try await PrivateBroker(topology, configuration: configuration).booted()
    }

    /// Starts a broker as deploy/rabbitmq configures one: TLS and logins by certificate alone, and nothing declared.
    package static func startBare() async throws -> PrivateBroker {
        try await PrivateBroker(Topology(hosts: []), isBare: true).booted()
    }

    private func booted() async throws -> PrivateBroker {
        do {
            try await boot()
        } catch {
            await stop()
            throw error
        }
        return self
    }

    /// A broker that does not run yet. `environment` is its script's.
    init(
        _ topology: Topology, isBare: Bool = false, configuration: String = "", environment: [String: String] = [:]
    ) async throws {
        self.topology = topology
        self.environment = environment.merging(["PRIVATE_BROKER_PARENT": "\(getpid())"]) { given, _ in given }
        directory = try TemporaryDirectory()
        definitions = isBare ? "-" : "\(directory.path)/definitions.json"
        tlsPort = try Self.freePort()
        port = isBare ? tlsPort : try Self.freePort()
        process = ProcessBox()
        // Tests/Support/PrivateBroker.swift, three up is the package.
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        deploy = "/\(root)/deploy/rabbitmq"
        authority = try await ThrowawayAuthority(in: directory, name: "authority")
        let server = try await authority.issue("localhost", forServer: true)
        if isBare {
            try configureBare(server)
            return
        }
        let tls = """
            listeners.ssl.local = 127.0.0.1:\(tlsPort)
            ssl_options.cacertfile = \(authority.certificate)
            ssl_options.certfile = \(server.certificate)
            ssl_options.keyfile = \(server.key)
            ssl_options.verify = verify_peer
            ssl_options.fail_if_no_peer_cert = false
            auth_mechanisms.1 = PLAIN
            auth_mechanisms.2 = EXTERNAL
            ssl_cert_login_from = common_name
            \(configuration)

            """
        try directory.write(Array(tls.utf8), to: "extra.conf")
        try directory.write(Array("[rabbitmq_auth_mechanism_ssl].\n".utf8), to: "enabled_plugins")
        try directory.write(Self.definitions(of: topology), to: "definitions.json")
    }

    /// Writes the samples of deploy/rabbitmq with this broker's port and files.
    private func configureBare(_ server: (certificate: String, key: String)) throws {
        let changes = [
            ("listeners.ssl.default = 5671", "listeners.ssl.local = 127.0.0.1:\(tlsPort)"), ("2GB", "50MB"),
            // Queues tell how much they hold this often.
            ("heartbeat = 10", "heartbeat = 10\ncollect_statistics_interval = 1000"),
            ("/etc/rabbitmq/tls/broker.pem", server.certificate), ("/etc/rabbitmq/tls/broker.key", server.key),
            ("/etc/rabbitmq/tls", authority.folder),
        ]
        for (sample, name) in [
            ("rabbitmq.conf", "extra.conf"), ("advanced.config", "advanced.config"),
            ("enabled_plugins", "enabled_plugins"),
        ] {
            let text = String(decoding: try FileContent.read("\(deploy)/\(sample)"), as: UTF8.self)
            let changed = changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
            try directory.write(Array(changed.utf8), to: name)
        }
    }

    /// How `login` connects to this broker.
    package func configuration(for login: Login, tls: Bool = false) -> BrokerConfiguration {
        let address = BrokerAddress(
            host: tls ? "localhost" : "127.0.0.1", port: tls ? tlsPort : port, vhost: topology.settings.vhost,
            usesTLS: tls)
        var configuration = BrokerConfiguration(address: address, login: login.name)
        configuration.password = Self.password(of: login)
        configuration.partitions = topology.settings.partitions
        if tls { configuration.caFile = authority.certificate }
        return configuration
    }

    /// Sends the broker itself a signal.
    package func signal(_ number: Int32) throws {
        let text = try FileContent.secret("\(directory.path)/pid")
        guard let pid = pid_t(text), pid > 1 else {
            throw ExhaustError(.software, "no pid in the broker's file: '\(text)'")
        }
        Glibc.kill(pid, number)
    }

    /// Ends the broker as a power cut would, but for what the kernel holds.
    package func kill() async throws {
        try signal(SIGKILL)
        _ = await process.process?.wait(upTo: .seconds(20))
        await process.set(nil)
    }

    /// Starts the broker, again on the data of before.
    package func boot() async throws {
        let command = ["\(deploy)/private-broker", directory.path, "\(port)", definitions]
        let started = try ChildProcess(
            command, environment: environment, output: "\(directory.path)/script.log")
        await process.set(started)
        let deadline = ContinuousClock.now + .seconds(120)
        while access("\(directory.path)/pid", R_OK) != 0 {
            if let status = await started.wait(upTo: .milliseconds(50)) {
                let log = String(decoding: try FileContent.read("\(directory.path)/script.log"), as: UTF8.self)
                throw ExhaustError(.unavailable, "the private broker ended with status \(status): \(log)")
            }
            guard ContinuousClock.now < deadline else {
                throw ExhaustError(.unavailable, "the private broker did not start within two minutes")
            }
        }
    }

    /// Stops the broker cleanly; `boot` starts it again.
    package func halt() async {
        guard let running = await process.process else { return }
        running.signal(SIGTERM)
        if await running.wait(upTo: .seconds(30)) == nil { running.signal(SIGKILL) }
        await process.set(nil)
    }

    /// Stops the broker and deletes its folder.
    package func stop() async {
        await halt()
        directory.remove()
    }

    /// Runs rabbitmqctl against this broker; gives its output.
    @discardableResult
    package func control(_ arguments: String...) async throws -> String { try await control(arguments) }

    /// Runs rabbitmqctl against this broker; gives its output.
    @discardableResult
    package func control(_ arguments: [String]) async throws -> String {
        try await ChildProcess.run(["\(directory.path)/rabbitmqctl", "--quiet"] + arguments)
    }

    /// How many messages a queue holds.
    package func depth(of queue: String) async throws -> Int {
        let list = try await control("list_queues", "-p", topology.settings.vhost, "name", "messages")
        let line = list.split(separator: "\n").first { $0.hasPrefix("\(queue)\t") }
        return Int(line?.split(separator: "\t").last ?? "") ?? -1
    }

    /// Imports another topology into the running broker, as an operator does for a new host.
    package func provision(_ topology: Topology) async throws {
        let file = try directory.write(Self.definitions(of: topology), to: "more.json")
        try await control("import_definitions", file)
    }

    static func definitions(of topology: Topology) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let logins = Login.all(hosts: topology.hosts).map { login in
            (login: login, credential: Definitions.Credential.password(password(of: login)))
        }
        return Definitions.json(topology, logins: logins, using: &generator)
    }

    /// The password with which the broker was provisioned.
    package static func password(of login: Login) -> String { "secret of \(login.name)" }

    /// A loopback port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard status else { throw ExhaustError(.unavailable, errno: errno, "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
