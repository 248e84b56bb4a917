import ExhaustCore
import ExhaustRuntime
import Glibc

extension NetEmitterRole {
    /// Tells what changes in links, addresses, routes and neighbours until cancelled, or what there is once.
    func followLinks(_ configuration: LinkConfiguration) async throws {
        var settings = LinkSettings()
        settings.subjects = configuration.subjects
        settings.countersInterval = configuration.countersInterval == .zero ? nil : configuration.countersInterval
        let (context, chosen) = (context, settings)
        try await withThread(named: "net-links") {
            let follower: LinkFollower
            do throws(ExhaustError) {
                follower = try LinkFollower(chosen, counters: context.counters, logger: context.logger) {
                    context.outbox.offer($0)
                }
            } catch {
                return self.missing("what changes in the network", error)
            }
            var turns = 0
            try follower.run {
                turns += 1
                return Task.isCancelled || context.once && turns > 1
            } onChange: { interfaces in
                self.select(among: interfaces)
            }
        }
    }

    private func select(among interfaces: [Interface]) {
        guard let capture = capture.withLock({ $0 }) else { return }
        do throws(ExhaustError) { try capture.select(among: interfaces) } catch {
            context.logger.error("cannot capture other interfaces", metadata: ["error.message": "\(error)"])
        }
    }

    /// Looks at sockets until cancelled, or once.
    func lookAtSockets(_ configuration: SocketConfiguration) async throws {
        guard configuration.isEnabled else { return }
        var settings = SocketSettings()
        (settings.interval, settings.summaryInterval) = (configuration.interval, configuration.summaryInterval)
        (settings.peers, settings.readsConntrack) = (configuration.peers, configuration.readsConntrack)
        settings.excludedProcess = getpid()
        let (context, desk, owners, chosen) = (context, desk, owners, settings)
        try await withThread(named: "net-sockets") {
            var monitor: SocketMonitor
            do { monitor = try SocketMonitor(chosen, owners: owners, logger: context.logger) } catch {
                return self.missing("the look at sockets", error)
            }
            if context.once { return desk.take(try monitor.once()) }
            try await monitor.run { desk.take([$0]) }
        }
    }

    /// Asks the targets for answers until cancelled, or once.
    func probe(_ targets: [ProbeTarget]) async throws {
        let desk = desk
        let prober = Prober(targets: targets) { desk.take([$0]) }
        if context.once { try await prober.runOnce() } else { try await prober.run() }
    }
}
