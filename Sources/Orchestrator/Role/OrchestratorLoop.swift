package import ExhaustCore
package import Logging

/// Moves everything between the broker, the desk and the adapters.
///
/// Three tasks feed the desk (messages, ticks, adapters), one works off what it decides: journal and wait for the
/// confirmation, then send, then acknowledge. What piles up during one confirmation is journalled together.
package struct OrchestratorLoop: Sendable {
    private let desk: RunDesk
    private let intake: Intake
    private let outlet: any EventOutlet
    private let adapters: [String: any Adapter]
    private let logger: Logger

    private static let tick = Duration.milliseconds(50)
    /// How long what was decided may take to be journalled at the end; the next instance decides the rest anew.
    private static let drainTime = Duration.seconds(10)

    package init(
        desk: RunDesk, intake: Intake, outlet: any EventOutlet, adapters: [String: any Adapter], logger: Logger
    ) {
        self.desk = desk
        self.intake = intake
        self.outlet = outlet
        self.adapters = adapters
        self.logger = logger
    }

    /// Runs until the input ends or the task is cancelled. Runs that have not ended then go on from the journal, in
    /// whichever instance takes their partition over.
    package func run() async throws {
        // Not a child: a cancellation ends the intake first, and what was decided is still journalled.
        let courier = Task { try await workOff() }
        defer { courier.cancel() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await intake.run(into: desk)
                await desk.close()
                return false
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.tick)) != nil { await desk.tick() }  // until cancelled
                return false
            }
            group.addTask {
                try await courier.value
                return true
            }
            let limit = DrainLimit(Self.drainTime) {
                logger.warning("the journal did not confirm in time; the next instance decides again what it lacks")
                courier.cancel()
            }
            while let isDone = try await group.next(), !isDone { limit.start() }
            limit.stop()
            group.cancelAll()
        }
    }

    private func workOff() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while let work = await desk.nextWork() {
                try await outlet.send(work.journal)
                for request in work.requests {
                    group.addTask { await perform(request) }
                }
                for delivery in work.acknowledgements { await intake.acknowledge(delivery) }
            }
            group.cancelAll()
        }
    }

    private func perform(_ request: TaskRequest) async {
        do {
            guard let adapter = adapters[request.adapter] else {
                throw ExhaustError(.software, "there is no adapter '\(request.adapter)'")
            }
            if let result = try await adapter.perform(request) { await desk.complete(result) }
        } catch {
            // At the end of the program the run is left as it is: the next instance sends the task again.
            guard !Task.isCancelled else { return }
            logger.debug(
                "task failed", metadata: ["task.id": "\(request.id)", "error.message": "\(error)"])
            await desk.complete(request.result(.failed, reason: "\(error)", finished: .now()))
        }
    }
}
