import ExhaustTestSupport

extension Fault {
    /// A broker of three nodes that loses one.
    static let cluster = [
        Fault(
            name: "cluster node killed",
            summary: "kill -9 of that node of three which leads every queue; the emitter is connected to another",
            limit: .seconds(180)
        ) { stage in
            let cluster = try await PrivateCluster.start(hosts: [stage.host])
            stage.finally { await cluster.stop() }
            let load = try await UnderLoad(stage, cluster.nodes[1])
            // Judged at the queues: when a stream's leader dies, RabbitMQ 3.10.8 confirms what the stream may miss.
            return try await load.run(recorded: false) { try await cluster.nodes[0].kill() }
        }
    ]
}
