import Glibc

extension Fault {
    /// The loop's roles, killed while services break and are mended.
    static let control =
        ["analyzer", "activator", "orchestrator", "agent"].map { role in
            Fault(
                name: "\(role) killed", summary: "kill -9 of the \(role), three times at random points of a busy loop",
                needs: loopNeeds, limit: .seconds(120)
            ) { stage in
                let loop = try await ControlLoop(stage)
                return try await loop.run {
                    try await loop.role(role).killAndStart(times: 3, every: 300...2000)
                }
            }
        } + [
            Fault(
                name: "broker killed in loop", summary: "kill -9 of the broker under a busy loop, and its start",
                needs: loopNeeds, limit: .seconds(120)
            ) { stage in
                let loop = try await ControlLoop(stage)
                return try await loop.run {
                    try await loop.broker.kill()
                    try await loop.broker.boot()
                }
            }
        ]

    /// Services of /etc/init.d are started with it.
    static let loopNeeds: [Need] = [.tool("service")]
}
