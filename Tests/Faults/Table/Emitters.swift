extension Fault {
    /// Emitters that die.
    static let emitters = [
        Fault(name: "emitter killed", summary: "kill -9 of an emitter, five times at random points, and its start") {
            let load = try await UnderLoad($0)
            return try await load.run { try await load.probe.process.killAndStart() }
        }
    ]
}
