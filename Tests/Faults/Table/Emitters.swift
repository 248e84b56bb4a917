extension Fault {
    /// Emitters that die.
    static let emitters = [
        Fault(name: "emitter killed", summary: "kill -9 of an emitter, five times at random points, and its start") {
            let load = try await UnderLoad($0)
            return try await load.run {
                for _ in 1...5 {
                    try await Task.sleep(for: .milliseconds(.random(in: 200...1200)))
                    try await load.probe.kill()
                    try load.probe.start()
                }
            }
        }
    ]
}
