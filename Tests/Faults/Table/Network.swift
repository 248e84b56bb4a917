import ExhaustBroker
import ExhaustTestSupport

extension Fault {
    /// Connections that break.
    static let network = [
        Fault(name: "TCP reset", summary: "ss -K on the emitter's connection, five times", needs: [.tool("ss")]) {
            let load = try await UnderLoad($0)
            return try await load.run {
                for _ in 1...5 {
                    try await ChildProcess.run(["ss", "-tK", "dport", "=", "\(load.broker.port)"])
                    try await Task.sleep(for: .milliseconds(Double.random(in: 200...1200)))
                }
            }
        },
        Fault(
            name: "black hole", summary: "the link to the emitter's network swallows everything for 20 s",
            needs: [.tool("ip"), .tool("nsenter")]
        ) { stage in
            let network = try await FarNetwork(stage)
            let broker = try await stage.broker()
            var configuration = broker.configuration(for: Login(.emitterPerf, host: stage.host))
            configuration.address = BrokerAddress(
                host: FarNetwork.here, port: Brokers.farPort, vhost: broker.topology.settings.vhost, usesTLS: false)
            let load = try await UnderLoad(
                stage, broker, configuration: configuration, Probe.Settings(wrapper: network.enter))
            return try await load.run {
                try await network.cut()
                try await Task.sleep(for: .seconds(20))
                try await network.mend()
            }
        },
    ]
}
