import ExhaustCore
import ExhaustRuntime

/// What decides of the part that looks at packets.
struct CapturePart: Sendable, Hashable {
    let capture: CaptureConfiguration
    let packets: PacketConfiguration
    /// Whether flows are told with their processes.
    let findsOwners: Bool

    init(_ configuration: NetConfiguration) {
        capture = configuration.capture
        packets = configuration.packets
        findsOwners = configuration.sockets.isEnabled
    }

    var settings: CaptureSettings {
        var settings = CaptureSettings()
        settings.interfaces = InterfaceSelection(capture.interfaces)
        settings.isPromiscuous = capture.isPromiscuous
        settings.snapLength = capture.snapLength
        settings.wholePorts = packets.tellsDNS ? packets.dnsPorts : []
        settings.keepsHandshakes = packets.tellsTLS
        settings.threads = capture.threads
        settings.ringBytes = capture.ringBytes
        return settings
    }
}

extension NetEmitterRole {
    /// Names stand for other addresses as time goes on.
    private static let lookUpInterval: Duration = .seconds(60)
    /// A name without an address may get one at any time, and then traffic begins.
    private static let retryInterval: Duration = .seconds(1)

    /// Looks at packets until cancelled; not in a single pass, in which there is nothing to see.
    func lookAtPackets(_ part: CapturePart) async throws {
        guard part.capture.isEnabled, !context.once else { return }
        let capture: LiveCapture
        do throws(ExhaustError) {
            capture = try open(part)
        } catch {
            return missing("the capture of packets", error)
        }
        self.capture.withLock { $0 = capture }
        defer { self.capture.withLock { $0 = nil } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await capture.run { self.consumer(part, thread: $0) } }
            group.addTask { try await self.keepBrokerOut(of: capture) }
            try await group.waitForAll()
        }
    }

    private func open(_ part: CapturePart) throws(ExhaustError) -> LiveCapture {
        var settings = part.settings
        if !part.capture.hasOwnTraffic, let broker = context.brokerPlace {
            // Where its name has no address yet, there is no traffic with it either.
            settings.excluded = (try? CaptureFilter.Endpoint.lookUp(host: broker.host, port: broker.port)) ?? []
        }
        let outbox = context.outbox
        return try LiveCapture(
            settings, among: try LinkFollower.interfaces(), counters: context.counters, logger: context.logger
        ) { outbox.offer($0) }
    }

    private func consumer(_ part: CapturePart, thread: Int) -> PacketConsumer {
        let (limits, owners) = (part.packets.limits, owners)
        let (firstID, idStep) = (Int64(thread) + 1, Int64(part.capture.threads))
        let flows: FlowTable
        let telemetry: FlowTelemetry
        if part.findsOwners {
            flows = FlowTable(limits: limits, firstID: firstID, idStep: idStep) { owners.ask(about: $0) }
            telemetry = FlowTelemetry(owner: { owners.fields($0, $1, $2) }, isLocal: { owners.isLocal($0) })
        } else {
            (flows, telemetry) = (FlowTable(limits: limits, firstID: firstID, idStep: idStep), FlowTelemetry())
        }
        let pipeline = PacketPipeline(part.packets, flows: flows, telemetry: telemetry)
        return PacketConsumer(pipeline, desk: desk, counters: context.counters)
    }

    /// Keeps the broker's traffic out, wherever its name leads.
    private func keepBrokerOut(of capture: LiveCapture) async throws {
        guard let broker = context.brokerPlace else { return }
        while true {
            let isFound = try await withThread(named: "net-lookup") {
                // Without an answer the addresses stay that were found before.
                let ends = try? CaptureFilter.Endpoint.lookUp(host: broker.host, port: broker.port)
                if let ends { try capture.exclude(ends) }
                return ends != nil
            }
            try await Task.sleep(for: isFound ? Self.lookUpInterval : Self.retryInterval)
        }
    }
}
