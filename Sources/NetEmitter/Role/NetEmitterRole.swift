import ExhaustCore
package import ExhaustRuntime
import Synchronization

/// The emitter of the network: who talks to whom, how much, how well, and what changed.
///
/// It has parts that know little of each other. What this process may not do, or the kernel cannot, is said once, and
/// the other parts work.
package final class NetEmitterRole: Role {
    package static let name = "emitter-net"
    package static let kind = RoleKind.emitter(.netFlow)

    let context: RoleContext
    let desk: RecordDesk
    let owners: SocketOwners
    /// The capture that runs: it wants to hear of interfaces that come and go.
    let capture = Mutex<LiveCapture?>(nil)
    private let configuration: Mutex<NetConfiguration>
    private let reloaded = Signal()

    package init(configuration: NetConfiguration, context: RoleContext) throws {
        self.context = context
        desk = RecordDesk(outbox: context.outbox)
        owners = try SocketOwners()
        self.configuration = Mutex(configuration)
    }

    package func run() async throws {
        if case .pipe(let path?) = context.mode {
            let packets = configuration.withLock { $0.packets }
            return try await CaptureReplay(path: path, context: context).run(packets)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.keep({ $0.links }) { try await self.followLinks($0) } }
            group.addTask { try await self.keep({ $0.sockets }) { try await self.lookAtSockets($0) } }
            group.addTask { try await self.keep({ $0.probes }) { try await self.probe($0) } }
            group.addTask { try await self.keep({ CapturePart($0) }) { try await self.lookAtPackets($0) } }
            group.addTask { try await self.tellLosses() }
            try await group.waitForAll()
        }
    }

    package func reload(_ new: NetConfiguration) async throws {
        configuration.withLock { $0 = new }
        reloaded.notify()
    }

    /// Runs a part with what the configuration says of it, and anew whenever that is something else.
    private func keep<Part: Equatable & Sendable>(
        _ part: @escaping @Sendable (NetConfiguration) -> Part, _ run: @escaping @Sendable (Part) async throws -> Void
    ) async throws {
        let now = { @Sendable in part(self.configuration.withLock { $0 }) }
        if context.once { return try await run(now()) }
        while true {
            let current = now()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await run(current)
                    return false
                }
                group.addTask {
                    while !Task.isCancelled {
                        let seen = self.reloaded.count
                        if now() != current { return true }
                        await self.reloaded.wait(past: seen)
                    }
                    return true
                }
                // A part that has nothing to do ends at once.
                while try await group.next() == false {}
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
            if Task.isCancelled { return }
        }
    }

    private func tellLosses() async throws {
        while !Task.isCancelled, !context.once {
            // Cancelled it ends at once, and so does the loop.
            try? await Task.sleep(for: .seconds(1))
            desk.publishLosses()
        }
    }

    /// Says that a part is missing.
    func missing(_ part: String, _ error: any Error) {
        context.logger.warning("\(part) is missing: the rest works", metadata: ["error.message": "\(error)"])
    }
}
