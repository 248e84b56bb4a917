import ExhaustCore
package import ExhaustRuntime
import Logging

/// The analyzer: telemetry from its partitions' queues, facts to `exhaust.facts`.
package struct AnalyzerRole: Role {
    package static let name = "analyzer"
    package static let kind = RoleKind.consumer

    private let configuration: AnalyzerConfiguration
    private let context: RoleContext
    private let rules: RuleSet
    private let inbox = Inbox<AnalyzerEngine>()
    private let broken: BrokenRules

    package init(configuration: AnalyzerConfiguration, context: RoleContext) throws {
        self.configuration = configuration
        self.context = context
        rules = try configuration.ruleSet()
        broken = BrokenRules(host: context.host, factory: context.eventFactory())
    }

    package func run() async throws {
        let reporter = NoticeReporter(logger: context.logger, counters: context.counters)
        var limits = configuration.limits
        limits.pausesTimers = !context.isPipe
        let engine = AnalyzerEngine(
            rules: rules.rules, factory: context.eventFactory(), limits: limits, report: reporter.report)
        context.logger.info("rules loaded", metadata: ["analyzer.rules": "\(rules.rules.count)"])
        rules.sigma.report(to: context.logger)
        try await EngineLoop(
            try context.partitionedInlet(), context: context, inbox: inbox, state: keeper()
        ).run(engine)
    }

    /// Keeps the state on disk, where there is a folder for it.
    private func keeper() -> AnalyzerKeeper? {
        guard let sources = context.stateSources, !configuration.state.directory.isEmpty else { return nil }
        do {
            return AnalyzerKeeper(
                try StateFolder(configuration.state.directory), configuration.state, sources,
                at: StateSite(
                    host: context.host, partitions: context.partitions, logger: context.logger,
                    counters: context.counters))
        } catch {
            context.logger.warning(
                "no snapshots are kept: windows begin anew after a restart", metadata: ["error.message": "\(error)"])
            return nil
        }
    }

    /// Takes new rules; unchanged ones keep their state. The limits stay as they were at the start.
    package func reload(_ configuration: AnalyzerConfiguration) async throws {
        let set = try configuration.ruleSet()
        let rules = set.rules
        inbox.put(.command { engine in engine.replace(rules: rules, now: .now()) })
        context.logger.info("rules loaded", metadata: ["analyzer.rules": "\(rules.count)"])
        set.sigma.report(to: context.logger)
        // Not to wait for its confirmation: the broker may be away.
        _ = try await context.outlet.enqueue(try broken.mended(at: .now()))
    }

    /// Tells that the old rules stay.
    package func keepConfiguration(because error: any Error) async {
        do {
            _ = try await context.outlet.enqueue(try broken.failed(error, at: .now()))
        } catch {
            context.logger.error("fact lost", metadata: ["rule": "\(BrokenRules.fact)", "error.message": "\(error)"])
        }
    }
}
