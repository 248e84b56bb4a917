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
            takenOver("analyzer"), takenOver("activator"), takenOver("orchestrator"),
            Fault(
                name: "broker killed in loop", summary: "kill -9 of the broker under a busy loop, and its start",
                needs: loopNeeds, limit: .seconds(120)
            ) { stage in
                let loop = try await ControlLoop(stage)
                return try await loop.run {
                    try await loop.broker.kill()
                    try await loop.broker.boot()
                }
            },
        ]

    /// Whichever of the two has the host's partition, it is killed once.
    private static func takenOver(_ role: String) -> Fault {
        Fault(
            name: "\(role) taken over",
            summary: "of two instances of the \(role), kill -9 of the one, and once that is back of the other",
            needs: loopNeeds, limit: .seconds(120)
        ) { stage in
            let loop = try await ControlLoop(stage, services: 100)
            let first = try loop.role(role)
            let second = first.twin()
            return try await loop.run {
                try second.start()
                try await Task.sleep(for: .seconds(4))
                await first.kill()
                try await Task.sleep(for: .seconds(4))
                try first.start()
                try await Task.sleep(for: .seconds(4))
                await second.kill()
            }
        }
    }

    /// Services of /etc/init.d are started with it.
    static let loopNeeds: [Need] = [.tool("service")]
}
