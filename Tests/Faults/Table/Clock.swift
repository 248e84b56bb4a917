extension Fault {
    /// Clocks that jump.
    static let clocks = [
        Fault(
            name: "emitter's clock", summary: "the emitter's clock jumps two hours ahead, then two back, then is right",
            needs: [.tool("cc")]
        ) { stage in
            let clock = try await FakeClock(stage)
            let load = try await UnderLoad(stage, nil, Probe.Settings(environment: clock.environment))
            return try await load.run {
                for offset in [7200, -7200, 0] {
                    try clock.set(.seconds(offset))
                    try await Task.sleep(for: .seconds(3))
                }
            }
        },
        Fault(
            name: "agent's clock",
            summary: "the agent's clock jumps two hours ahead, then is right: what cannot be valid is refused",
            needs: loopNeeds + [.tool("cc")], limit: .seconds(120)
        ) { stage in
            let clock = try await FakeClock(stage)
            let loop = try await ControlLoop(stage, services: 100, agent: clock.environment)
            return try await loop.run {
                for offset in [7200, 0] {
                    try clock.set(.seconds(offset))
                    try await Task.sleep(for: .seconds(4))
                }
            }
        },
    ]
}
