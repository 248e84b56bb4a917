import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport

/// The broker that most faults share, booted when the first asks for it and after a fault that failed.
actor Brokers {
    private var current: PrivateBroker?

    /// Where the broker also listens, for roles in a network of their own. The port is nobody else's in this namespace.
    static let farPort: UInt16 = 5999

    func usual(for host: HostID) async throws -> PrivateBroker {
        if let current { return current }
        let broker = try await PrivateBroker.start(
            hosts: [host], configuration: "listeners.tcp.far = 0.0.0.0:\(Self.farPort)")
        current = broker
        return broker
    }

    func keepLogs(in folder: String) async throws {
        guard let current else { return }
        try await ChildProcess.run(["cp", "-r", "\(current.directory.path)/log", "\(folder)/broker-log"])
    }

    func stop() async {
        await current?.stop()
        current = nil
    }
}
