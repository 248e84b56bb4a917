import ExhaustCore
package import ExhaustRuntime
import Logging

/// `exhaust-orchestrator`: runs the workflows that actions name, task by task, through its adapters.
package struct OrchestratorRole: Role {
    package static let name = "orchestrator"
    package static let kind = RoleKind.consumer

    private let context: RoleContext
    private let engine: OrchestratorEngine
    private let events: EventMaker
    private let taskEvents: TaskEventMaker
    private let desk: RunDesk

    package init(configuration: OrchestratorConfiguration, context: RoleContext) throws {
        let key = try configuration.signingKey()
        guard key != nil || context.isPipe else {
            throw ExhaustError(
                .configuration, "signing_key_file is missing: agents take signed tasks only",
                advice: "make one with: exhaustctl keys init FOLDER")
        }
        self.context = context
        let library = try WorkflowLibrary(paths: configuration.workflows)
        engine = OrchestratorEngine(workflows: library.workflows, maxRuns: configuration.maxRuns)
        events = EventMaker(context.eventFactory())
        taskEvents = TaskEventMaker(
            events: events, key: key, keyEpoch: configuration.keyEpoch,
            partitions: context.partitions)
        desk = RunDesk(engine: engine, events: events, counters: context.counters, logger: context.logger)
        context.logger.info("workflows loaded", metadata: ["workflows.count": "\(library.workflows.count)"])
    }

    package func run() async throws {
        let partitions = try context.partitionedInlet()
        if context.isPipe {
            let replay = ReplayEngine(
                engine: engine, events: events, taskEvents: taskEvents, rejections: context.rejections,
                logger: context.logger)
            try await EngineLoop(partitions, context: context).run(replay)
        } else {
            let outlet = context.outlet
            let adapters = try Adapters.make(
                AdapterTools(taskEvents: taskEvents, now: { .now() }, publish: { try await outlet.send([$0]) }))
            let intake = Intake(partitions, adoption: context.adoption, count: context.partitions)
            let loop = OrchestratorLoop(
                desk: desk, intake: intake, outlet: outlet, adapters: adapters, logger: context.logger)
            try await loop.run()
        }
        await partitions.inlet.close()
    }

    /// Runs under way keep the workflow with which they began. The key and the limits stay until the next start.
    package func reload(_ configuration: OrchestratorConfiguration) async throws {
        let library = try WorkflowLibrary(paths: configuration.workflows)
        await desk.replace(library.workflows)
    }
}
