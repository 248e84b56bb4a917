import ExhaustBroker
import ExhaustTestSupport

extension Fault {
    /// A certificate that nobody renewed in time.
    static let certificate = [
        Fault(
            name: "expired certificate",
            summary: "the emitter's certificate expires and its connection ends; a new one comes 8 s later"
        ) { stage in
            let broker = try await stage.broker()
            let login = Login(.emitterPerf, host: stage.host)
            var configuration = broker.configuration(for: login, tls: true)
            configuration.password = nil
            let files = try await broker.authority.issue(login.name)
            (configuration.certificateFile, configuration.keyFile) = (files.certificate, files.key)
            let load = try await UnderLoad(stage, broker, configuration: configuration)
            return try await load.run {
                _ = try await broker.authority.issue(login.name, seconds: 1)
                try await Task.sleep(for: .seconds(2))
                try await broker.control(
                    "close_all_connections", "-p", broker.topology.settings.vhost, "the certificate has expired")
                try await Task.sleep(for: .seconds(6))
                try await wait(for: "the emitter does not say that its certificate is refused") {
                    file(load.probe.process.log, contains: "certificate")
                }
                _ = try await broker.authority.issue(login.name)
            }
        }
    ]
}
