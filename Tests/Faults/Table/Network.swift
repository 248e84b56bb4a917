import ExhaustTestSupport

extension Fault {
    /// Connections that break.
    static let network = [
        Fault(
            name: "TCP reset", summary: "ss -K on the emitter's connection, five times", needs: [.root, .tool("ss")]
        ) {
            let load = try await UnderLoad($0)
            return try await load.run {
                for _ in 1...5 {
                    try await ChildProcess.run(["ss", "-tK", "dport", "=", "\(load.broker.port)"])
                    try await Task.sleep(for: .milliseconds(.random(in: 200...1200)))
                }
            }
        }
    ]
}
