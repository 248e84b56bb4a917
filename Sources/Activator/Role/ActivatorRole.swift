import ExhaustCore
package import ExhaustRuntime

/// `exhaust-activator`: takes facts and decides which workflow to run, if any, and whether it helped.
package struct ActivatorRole: Role {
    package static let name = "activator"
    package static let kind = RoleKind.consumer

    private let policies: PolicySet
    private let context: RoleContext
    private let inbox = Inbox<ActivatorEngine>()
    private let rehearses: Bool

    package init(configuration: ActivatorConfiguration, context: RoleContext) throws {
        policies = try PolicySet.load(configuration.policies)
        self.context = context
        rehearses = configuration.rehearse ?? false
        guard !rehearses || context.isPipe else {
            throw ExhaustError(.usage, "rehearse is for recorded facts", advice: "add --from and --to")
        }
        context.logger.info("policies loaded", metadata: ["policies.count": "\(policies.policies.count)"])
    }

    package func run() async throws {
        if rehearses {
            let engine = Rehearsal(policies, factory: context.eventFactory(), logger: context.logger)
            return try await EngineLoop(try context.partitionedInlet(), context: context).run(engine)
        }
        let engine = ActivatorEngine(policies: policies, factory: context.eventFactory(), logger: context.logger)
        try await EngineLoop(try context.partitionedInlet(), context: context, inbox: inbox).run(engine)
    }

    /// Attempts that are under way keep the policy with which they began.
    package func reload(_ configuration: ActivatorConfiguration) async throws {
        let policies = try PolicySet.load(configuration.policies)
        inbox.put(.command { $0.policies = policies })
    }
}

/// The activator's own keys.
package struct ActivatorConfiguration: RoleConfiguration {
    /// Policy files, or folders of them.
    let policies: [String]
    /// In pipe mode: act as if every run ended well, and every policy were in force.
    let rehearse: Bool?

    package func validate() throws { _ = try PolicySet.load(policies) }
}
