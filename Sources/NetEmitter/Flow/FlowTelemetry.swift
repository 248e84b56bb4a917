package import ExhaustCore
package import ExhaustRuntime

/// Makes records of flows: docs/schemas/exhaust.net.flow.json.
package struct FlowTelemetry: Sendable {
    /// The fields that tell whose socket `local` is, if it is of this host and its owner is known.
    package typealias Owner = @Sendable (_ local: FlowEnd, _ peer: FlowEnd, _ transport: UInt8) -> ValueMap?

    private let communityID: CommunityID
    private let owner: Owner?
    private let isLocal: (@Sendable (IPAddress) -> Bool)?

    /// Without `owner` and `isLocal` nothing is said of processes and directions, as of a file from elsewhere.
    package init(
        communityID: CommunityID = CommunityID(), owner: Owner? = nil,
        isLocal: (@Sendable (IPAddress) -> Bool)? = nil
    ) {
        self.communityID = communityID
        self.owner = owner
        self.isLocal = isLocal
    }

    /// The event that tells of a flow.
    package func record(of told: FlowRecord) -> TelemetryRecord {
        let flow = told.flow
        var data = FieldList()
        let ends = (source: flow.sourceEnd, destination: flow.destinationEnd)
        add("source", ends.source, flow.source, hasPorts: flow.hasPorts, to: &data)
        add("destination", ends.destination, flow.destination, hasPorts: flow.hasPorts, to: &data)
        addNetwork(flow, ends.source, ends.destination, to: &data)
        data.add("event.start", .string(Timestamp(flowTime: flow.start).description))
        data.add("event.end", .string(Timestamp(flowTime: flow.end).description))
        addFlow(told, to: &data)
        if flow.isTCP { addTCP(flow, to: &data) }
        var map = data.map
        addOwner(ends.source, ends.destination, flow.key.transport, to: &map)
        return TelemetryRecord(type: .netFlow, time: told.time, data: map)
    }

    private func add(_ name: String, _ end: FlowEnd, _ side: FlowSide, hasPorts: Bool, to data: inout FieldList) {
        let address = end.address.description
        data.add("\(name).address", .string(address))
        data.add("\(name).ip", .string(address))
        if hasPorts { data.add("\(name).port", .int(Int64(end.port))) }
        if side.mac != 0 { data.add("\(name).mac", .string(Self.text(ofMAC: side.mac))) }
        data.add("\(name).packets", side.counts.packets)
        data.add("\(name).bytes", side.counts.bytes)
        data.add("exhaust.net.\(name).ip_bytes", side.counts.ipBytes)
        data.add("exhaust.net.\(name).payload_bytes", side.counts.payloadBytes)
    }

    private func addNetwork(_ flow: Flow, _ source: FlowEnd, _ destination: FlowEnd, to data: inout FieldList) {
        let transport = flow.key.transport
        data.add("network.type", flow.key.isIPv4 ? "ipv4" : "ipv6")
        data.add("network.transport", .string(TransportName.of(transport)))
        data.add("network.iana_number", .string(String(transport)))
        if !flow.key.isPortless {
            let id = communityID.text(
                source: source.address, destination: destination.address, transport: transport,
                sourcePort: source.port, destinationPort: flow.isICMP ? flow.icmpCode : destination.port)
            data.add("network.community_id", .string(id))
        }
        if flow.vlan >= 0 { data.add("network.vlan.id", .string(String(flow.vlan))) }
        if flow.innerVLAN >= 0 { data.add("network.inner.vlan.id", .string(String(flow.innerVLAN))) }
        guard let isLocal else { return }
        switch (isLocal(source.address), isLocal(destination.address)) {
        case (true, true): data.add("network.direction", "internal")
        case (true, false): data.add("network.direction", "egress")
        case (false, true): data.add("network.direction", "ingress")
        case (false, false): data.add("network.direction", "external")
        }
    }

    private func addFlow(_ told: FlowRecord, to data: inout FieldList) {
        let flow = told.flow
        data.add("exhaust.net.flow.id", .int(flow.id))
        data.add("exhaust.net.flow.record", .int(Int64(flow.records)))
        data.add("exhaust.net.flow.end_reason", .string(told.reason.rawValue))
        data.add("exhaust.net.flow.duration_seconds", Self.seconds(flow.end - flow.start))
        if let since = told.since {
            data.add("exhaust.net.flow.since", .string(since.description))
            data.add("exhaust.net.flow.total_packets", flow.totalPackets)
            data.add("exhaust.net.flow.total_bytes", flow.totalBytes)
        }
        data.add("exhaust.net.flow.state", .string(flow.connectionState.rawValue))
        let history = flow.history.text
        if !history.isEmpty { data.add("exhaust.net.flow.history", .string(history)) }
        if flow.fragments > 0 { data.add("exhaust.net.flow.fragments", UInt64(flow.fragments)) }
        if flow.tunnelDepth > 0 { data.add("exhaust.net.tunnel.depth", .int(Int64(flow.tunnelDepth))) }
        guard flow.isICMP else { return }
        data.add("exhaust.net.icmp.type", .int(Int64(flow.sourceEnd.port)))
        data.add("exhaust.net.icmp.code", .int(Int64(flow.icmpCode)))
    }

    private func addTCP(_ flow: Flow, to data: inout FieldList) {
        let (there, back) = (flow.handshake.destinationTime, flow.handshake.sourceTime)
        if let there { data.add("exhaust.net.tcp.destination_rtt_seconds", Self.seconds(there)) }
        if let back { data.add("exhaust.net.tcp.source_rtt_seconds", Self.seconds(back)) }
        if let there, let back { data.add("exhaust.net.tcp.handshake_rtt_seconds", Self.seconds(there + back)) }
        for (name, side) in [("source", flow.source), ("destination", flow.destination)] {
            if side.tcp.flags != 0 { data.add("exhaust.net.\(name).tcp_flags", .string(Self.text(of: side.tcp.flags))) }
            let trouble = side.trouble
            data.add("exhaust.net.\(name).retransmitted_packets", UInt64(trouble.retransmittedPackets))
            data.addCount("exhaust.net.\(name).retransmitted_bytes", trouble.retransmittedBytes)
            data.addCount("exhaust.net.\(name).out_of_order_packets", UInt64(trouble.outOfOrderPackets))
            data.addCount("exhaust.net.\(name).missed_bytes", trouble.missedBytes)
            data.addCount("exhaust.net.\(name).closed_windows", UInt64(trouble.closedWindows))
        }
    }

    /// The owner of the source, or of the destination; if both are local, the destination's beside it.
    private func addOwner(_ source: FlowEnd, _ destination: FlowEnd, _ transport: UInt8, to data: inout ValueMap) {
        guard let owner else { return }
        let asking = owner(source, destination, transport)
        for (key, value) in asking?.entries ?? [] { data[key] = value }
        for (key, value) in owner(destination, source, transport)?.entries ?? [] {
            data[asking == nil ? key : "exhaust.net.destination.\(key)"] = value
        }
    }

    private static func seconds(_ nanoseconds: Int64) -> Value { .double(Double(nanoseconds) / 1e9) }

    /// As ECS has it (RFC 7042): `00-00-5E-00-53-23`.
    private static func text(ofMAC address: UInt64) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for shift in stride(from: UInt64(40), through: 0, by: -8) {
            let byte = Int(address >> shift & 0xff)
            text += [digits[byte >> 4], digits[byte & 15], UInt8(ascii: "-")]
        }
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    /// A letter for each control bit that was set: `FSRPAUEC`.
    private static func text(of flags: UInt8) -> String {
        let letters = "FSRPAUEC".utf8.enumerated().filter { flags & (1 << UInt8($0.offset)) != 0 }
        return String(decoding: letters.map(\.element), as: UTF8.self)
    }
}

/// Fields whose names are known to differ, in the order in which they are added.
private struct FieldList {
    private var entries: [ValueMap.Entry] = []

    init() { entries.reserveCapacity(44) }

    mutating func add(_ name: String, _ value: Value) { entries.append((name, value)) }
    mutating func add(_ name: String, _ count: UInt64) { add(name, .int(Int64(clamping: count))) }
    /// Adds a count of what seldom happens.
    mutating func addCount(_ name: String, _ count: UInt64) { if count > 0 { add(name, count) } }

    var map: ValueMap { ValueMap(unique: entries) }
}
