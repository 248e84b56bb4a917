import ExhaustBroker
package import ExhaustCore
import Glibc

/// Three RabbitMQ nodes as one cluster, each of which can be killed by itself. Starting takes half a minute.
package struct PrivateCluster: Sendable {
    package let nodes: [PrivateBroker]
    private let mapper: ChildProcess

    /// Starts the nodes and provisions them for `hosts`: every queue has a replica on each.
    package static func start(hosts: [HostID], partitions: Int = 2) async throws -> PrivateCluster {
        var settings = Topology.Settings()
        settings.partitions = partitions
        let topology = Topology(hosts: hosts, settings: settings)
        let port = try PrivateBroker.freePort()
        let mapper = try ChildProcess(["epmd", "-address", "127.0.0.1", "-port", "\(port)"])
        var nodes: [PrivateBroker] = []
        for _ in 1...3 {
            nodes.append(try await PrivateBroker(topology, environment: ["PRIVATE_BROKER_EPMD": "\(port)"]))
        }
        let cluster = PrivateCluster(nodes: nodes, mapper: mapper)
        do {
            try await cluster.boot()
            try await nodes[0].provision(topology)
        } catch {
            await cluster.stop()
            throw error
        }
        return cluster
    }

    private func boot() async throws {
        var formation = "cluster_formation.peer_discovery_backend = classic_config\n"
        for (index, node) in nodes.enumerated() {
            formation += "cluster_formation.classic_config.nodes.\(index + 1) = exhaust-\(node.port)@localhost\n"
        }
        for node in nodes {
            let own = try FileContent.read("\(node.directory.path)/extra.conf")
            try node.directory.write(own + Array(formation.utf8), to: "extra.conf")
            // Nodes of a cluster share a cookie; this one lives as long as the test.
            try node.directory.write(Array("private-cluster".utf8), to: ".erlang.cookie")
            // Provisioned once all are there, so that queues have their replicas from the first.
            try node.directory.write(Array("{}".utf8), to: "definitions.json")
        }
        try await withThrowingTaskGroup { group in
            for node in nodes { group.addTask { try await node.boot() } }
            try await group.waitForAll()
        }
    }

    /// Stops the nodes and deletes their folders.
    package func stop() async {
        await withTaskGroup { group in for node in nodes { group.addTask { await node.stop() } } }
        mapper.signal(SIGTERM)
        _ = await mapper.wait(upTo: .seconds(5))
    }
}
