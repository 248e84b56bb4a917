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

    package init(configuration: AnalyzerConfiguration, context: RoleContext) throws {
        self.configuration = configuration
        self.context = context
        rules = try RuleSet.load(configuration.rules)
    }

    package func run() async throws {
        let reporter = NoticeReporter(logger: context.logger, counters: context.counters)
        let engine = AnalyzerEngine(
            rules: rules.rules, factory: context.eventFactory(), limits: configuration.limits, report: reporter.report)
        context.logger.info("rules loaded", metadata: ["analyzer.rules": "\(rules.rules.count)"])
        try await EngineLoop(try context.partitionedInlet(), context: context, inbox: inbox).run(engine)
    }

    /// Takes new rules; unchanged ones keep their state. The limits stay as they were at the start.
    package func reload(_ configuration: AnalyzerConfiguration) async throws {
        let rules = try RuleSet.load(configuration.rules).rules
        inbox.put(.command { engine in engine.replace(rules: rules, now: .now()) })
        context.logger.info("rules loaded", metadata: ["analyzer.rules": "\(rules.count)"])
    }
}
