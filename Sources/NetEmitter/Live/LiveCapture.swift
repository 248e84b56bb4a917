import CLinux
package import ExhaustCore
package import ExhaustRuntime
package import Logging
import Synchronization

/// Captures packets of live interfaces, on threads of its own, and hands them out where the kernel put them.
///
/// Its sockets see every interface, and a filter in the kernel lets those through that are chosen: an interface that
/// goes and comes back is only another number in the filter.
package final class LiveCapture: Sendable {
    private struct State {
        var excluded: [CaptureFilter.Endpoint]
        var chosen: Set<Int32>?
        var ranges: [ClosedRange<Int32>] = []
        var promiscuous: Set<Int32> = []
        var missing: [String] = []
    }

    private let settings: CaptureSettings
    private let offer: @Sendable (TelemetryRecord) -> Bool
    private let counters: Counters
    private let logger: Logger
    private let rings: [PacketRing]
    private let state: Mutex<State>

    /// Opens the sockets and chooses among `interfaces`. `offer` takes a gap if it has room for it.
    ///
    /// - Throws: `ExhaustError` where this process may not capture.
    package init(
        _ settings: CaptureSettings, among interfaces: [Interface], counters: Counters, logger: Logger,
        offer: @escaping @Sendable (TelemetryRecord) -> Bool
    ) throws(ExhaustError) {
        self.settings = settings
        self.offer = offer
        self.counters = counters
        self.logger = logger
        state = Mutex(State(excluded: settings.excluded))
        var rings: [PacketRing] = []
        for _ in 0..<max(1, settings.threads) { rings.append(try PacketRing(bytes: settings.ringBytes)) }
        self.rings = rings
        // Nothing passes before all have joined: else the first packets would come from several.
        let nothing = try CaptureFilter().program()
        var group: Int32?
        for ring in rings {
            try ring.keep(nothing)
            try ring.start()
            if rings.count > 1 { group = try ring.join(group) }
        }
        try select(among: interfaces)
    }

    /// Chooses anew, whenever interfaces have changed.
    package func select(among interfaces: [Interface]) throws(ExhaustError) {
        let chosen = settings.interfaces.choose(among: interfaces).sorted { $0.index < $1.index }
        let missing = settings.interfaces.missing(among: interfaces)
        try state.withLock { state throws(ExhaustError) in
            let indexes = Set(chosen.map(\.index))
            let ranges = InterfaceSelection.ranges(of: chosen, among: interfaces)
            let (isNew, isOther) = (state.chosen != indexes, state.ranges != ranges)
            (state.chosen, state.ranges) = (indexes, ranges)
            if isNew || isOther { try apply(&state) }
            if isNew {
                let names = chosen.map(\.name).joined(separator: " ")
                logger.info("capturing", metadata: ["network.interfaces": "\(names)"])
            }
            for name in missing where !state.missing.contains(name) {
                logger.warning("no such interface; waiting for it", metadata: ["network.interface.name": "\(name)"])
            }
            state.missing = missing
        }
    }

    /// Leaves out packets from and to `endpoints`, in place of those left out so far.
    package func exclude(_ endpoints: [CaptureFilter.Endpoint]) throws(ExhaustError) {
        try state.withLock { state throws(ExhaustError) in
            guard state.excluded != endpoints else { return }
            state.excluded = endpoints
            try apply(&state)
        }
    }

    private func apply(_ state: inout State) throws(ExhaustError) {
        var filter = CaptureFilter()
        filter.interfaces = state.ranges
        filter.excluded = state.excluded
        filter.snapLength = settings.snapLength
        filter.wholePorts = settings.wholePorts
        filter.keepsHandshakes = settings.keepsHandshakes
        let program = try filter.program()
        for ring in rings { try ring.keep(program) }
        guard settings.isPromiscuous else { return }
        // The kernel forgets those that are gone.
        let chosen = state.chosen ?? []
        for interface in state.promiscuous.subtracting(chosen) { _ = rings[0].setPromiscuous(interface, false) }
        let isOn = { interface in self.rings[0].setPromiscuous(interface, true) }
        state.promiscuous = state.promiscuous.intersection(chosen).union(
            chosen.subtracting(state.promiscuous).filter(isOn))
    }

    /// Captures until cancelled. Each thread has a consumer, made there by `make` from the thread's number. Ends a
    /// quarter of a second later, with what came until then.
    package func run<Consumer: FrameConsumer>(_ make: @escaping @Sendable (Int) -> Consumer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, ring) in rings.enumerated() {
                group.addTask {
                    try await withThread(named: "net-capture-\(number)") {
                        var consumer = make(number)
                        self.read(ring, into: &consumer) { Task.isCancelled }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func read(_ ring: PacketRing, into consumer: inout some FrameConsumer, isStopped: () -> Bool) {
        var gap = PendingGap(kind: "net.capture_drop", reason: "the ring was full when packets arrived")
        var lastReport = Timestamp.now()
        while !isStopped() {
            let hadFrames = ring.read { consumer.take($0) }
            if !hadFrames { ring.wait(Int32(PacketRing.longestDelay)) }
            let now = Timestamp.now()
            let isDue = now - lastReport >= .seconds(1) || now < lastReport
            if isDue || !hadFrames { consumer.rest(at: now) }
            if isDue {
                report(ring, &gap, since: lastReport, now)
                lastReport = now
            }
        }
        // The block that is being filled comes within this time.
        let deadline = ContinuousClock.now + .milliseconds(2 * Int64(PacketRing.longestDelay))
        while ContinuousClock.now < deadline {
            if !ring.read({ consumer.take($0) }) { ring.wait(Int32(PacketRing.longestDelay)) }
        }
        let now = Timestamp.now()
        consumer.finish(at: now)
        report(ring, &gap, since: lastReport, now)
    }

    private func report(_ ring: PacketRing, _ gap: inout PendingGap, since: Timestamp, _ now: Timestamp) {
        let (packets, drops) = ring.statistics()
        counters.add("net.packets", packets)
        if drops > 0 { counters.add("net.packets_dropped", drops) }
        gap.add(drops, since: since)
        gap.publish(at: now, to: offer)
    }
}
