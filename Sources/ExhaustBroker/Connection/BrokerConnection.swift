import ExhaustCore
import Logging
import Synchronization

/// Keeps one driver connected to the broker: a thread that connects, serves, and after any failure begins again, for
/// as long as nobody asks it to stop.
final class BrokerConnection: Sendable {
    private struct State {
        var stopsBy: ContinuousClock.Instant?
        var isStarted = false
    }

    private let configuration: BrokerConfiguration
    private let name: String
    private let driver: any ConnectionDriver
    private let logger: Logger
    private let wakeUp: Wakeup
    private let state = Mutex(State())
    private let ended = Completion()

    /// A connection that the broker's listings call `name`. Throws when the process has no descriptor left.
    init(
        configuration: BrokerConfiguration, name: String, driver: any ConnectionDriver, logger: Logger
    ) throws(ExhaustError) {
        self.configuration = configuration
        self.name = name
        self.driver = driver
        wakeUp = try Wakeup()
        var logger = logger
        logger[metadataKey: "broker.url"] = "\(configuration.address)"
        logger[metadataKey: "broker.connection"] = "\(name)"
        self.logger = logger
    }

    /// Starts the thread. Failures to connect are its own affair: it logs them and tries again.
    func start() throws(ExhaustError) {
        try OSThread.start(named: "amqp") { self.run() }
        state.withLock { $0.isStarted = true }
    }

    /// Says that the driver has something to send. From any thread, and cheap.
    func wake() { wakeUp.signal() }

    /// Lets the connection end once its driver is done, at the latest after `limit`.
    func requestStop(within limit: Duration) {
        let deadline = ContinuousClock.now + limit
        state.withLock { $0.stopsBy = min($0.stopsBy ?? deadline, deadline) }
        wakeUp.signal()
    }

    /// Asks to stop and waits for it; gives up on a thread that hangs in name resolution or connecting.
    func stop(within limit: Duration) async {
        guard state.withLock({ $0.isStarted }) else { return }
        requestStop(within: limit)
        // In a task of its own: who stops a connection is often cancelled already, and has acknowledgements to flush.
        let hasEnded = await Task { await ended.wait(upTo: limit + .seconds(2)) }.value
        if !hasEnded {
            logger.warning("broker connection does not end, leaving it behind")
        }
    }

    private var mustStop: Bool {
        guard let deadline = state.withLock({ $0.stopsBy }) else { return false }
        return driver.isDone || deadline <= ContinuousClock.now
    }

    private func run() {
        var health = ConnectionHealth(logger: logger)
        while !mustStop {
            do {
                try serveOnce(&health)
            } catch is Reassigned {
                driver.lost()
            } catch {
                driver.lost()
                let failure = error as? BrokerFailure ?? BrokerFailure(.lost, "\(error)")
                pause(for: health.failed(failure))
            }
        }
        ended.finish()
    }

    private func serveOnce(_ health: inout ConnectionHealth) throws {
        let link = try BrokerLink(configuration: configuration, connectionName: name, watchdog: .shared)
        do {
            try driver.opened(link)
            health.opened(progress: driver.progress)
            try serve(link, &health)
            link.closePolitely()
        } catch is Reassigned {
            link.closePolitely()
            throw Reassigned()
        } catch let failure as BrokerFailure where failure.kind == .refusedOperation {
            // Only the channel is gone; left open, the connection would be logged by the broker as broken.
            link.closePolitely()
            throw failure
        }
    }

    private func serve(_ link: BrokerLink, _ health: inout ConnectionHealth) throws {
        while true {
            try driver.drain(link)
            let next = try driver.pump(link)
            health.isWell(progress: driver.progress)
            if mustStop { return }
            // A quarter of the heartbeat: librabbitmq sends and checks heartbeats only inside calls.
            var timeout = min(link.heartbeat / 4, .seconds(1))
            if let next { timeout = min(timeout, max(.zero, next - .now)) }
            wakeUp.wait(socket: link.socket, timeout: timeout)
        }
    }

    private func pause(for delay: Duration) {
        let end = ContinuousClock.now + delay
        while !mustStop, ContinuousClock.now < end {
            wakeUp.wait(timeout: min(end - .now, .seconds(1)))
        }
    }
}
