import ExhaustCore
import ExhaustRuntime
import Glibc

/// Makes records of what was found out about sockets.
enum SocketRecords {
    static func transport(_ number: UInt8) -> String { number == SocketTuple.tcp ? "tcp" : "udp" }

    private static func type(_ address: IPAddress) -> Value { address.isIPv4 ? "ipv4" : "ipv6" }

    private static func seconds(_ microseconds: UInt64) -> Value { .double(Double(microseconds) / 1e6) }

    static func record(_ change: ListenWatch.Change, _ listener: Listener, now: Timestamp) -> TelemetryRecord {
        var data = place(listener.key)
        data["event.action"] = .string("listen.\(change.rawValue)")
        listener.owner?.add(to: &data)
        return TelemetryRecord(type: .netListen, time: now, data: data)
    }

    private static func place(_ key: Listener.Key) -> ValueMap {
        var data: ValueMap = [
            "network.transport": .string(transport(key.transport)), "network.type": type(key.address),
            "network.local.address": .string(key.address.description), "network.local.port": .int(Int64(key.port)),
        ]
        if key.interface != 0 { data["network.interface.name"] = name(ofInterface: key.interface).map { .string($0) } }
        return data
    }

    private static func name(ofInterface index: UInt32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
            if_indextoname(index, buffer.baseAddress).map { String(cString: $0) }
        }
    }

    static func record(_ group: ConnectionGroup, interval: Duration, now: Timestamp) -> TelemetryRecord {
        var data: ValueMap = [:]
        if let key = group.key {
            data["network.direction"] = key.isIngress ? "ingress" : "egress"
            data["network.transport"] = .string(transport(key.transport))
            data["network.type"] = type(key.peer)
            data["network.peer.address"] = .string(key.peer.description)
            data[key.isIngress ? "network.local.port" : "network.peer.port"] = .int(Int64(key.port))
            group.owner?.add(to: &data)
        } else {
            data["exhaust.net.rest"] = true
            data["exhaust.net.groups"] = .int(Int64(group.groups))
        }
        data["exhaust.net.interval_seconds"] = .double(interval / .seconds(1))
        data["exhaust.net.connections"] = states(group.states)
        data["exhaust.net.opened"] = .int(Int64(group.opened))
        data["exhaust.net.closed"] = .int(Int64(group.closed))
        data["exhaust.net.failed"] = .int(Int64(group.failed))
        data["exhaust.net.receive_queue_bytes"] = .int(Int64(group.receiveQueue))
        data["exhaust.net.send_queue_bytes"] = .int(Int64(group.sendQueue))
        if group.key?.transport != SocketTuple.udp { add(group.counters, group.quality, to: &data) }
        return TelemetryRecord(type: .netConnections, time: now, data: data)
    }

    private static func states(_ states: [SocketState: Int]) -> Value {
        var counts = ValueMap()
        for (state, count) in states.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            counts[state.name] = .int((counts[state.name]?.int ?? 0) + Int64(count))
        }
        return .map(counts)
    }

    private static func add(_ counters: TCPCounters, _ quality: TCPQuality, to data: inout ValueMap) {
        func number(_ value: UInt64) -> Value { .int(Int64(clamping: value)) }
        data["exhaust.net.sent_bytes"] = number(counters.sent)
        data["exhaust.net.received_bytes"] = number(counters.received)
        data["exhaust.net.sent_segments"] = number(counters.segmentsSent)
        data["exhaust.net.received_segments"] = number(counters.segmentsReceived)
        data["exhaust.net.retransmitted_segments"] = number(counters.segmentsRetransmitted)
        data["exhaust.net.retransmitted_bytes"] = number(counters.bytesRetransmitted)
        data["exhaust.net.busy_seconds"] = seconds(counters.busy)
        data["exhaust.net.receive_window_limited_seconds"] = seconds(counters.receiveWindowLimited)
        data["exhaust.net.send_buffer_limited_seconds"] = seconds(counters.sendBufferLimited)
        data["exhaust.net.unacknowledged_segments"] = number(quality.unacknowledged)
        data["exhaust.net.lost_segments"] = number(quality.lost)
        data["exhaust.net.delivery_bytes_per_second"] = number(quality.deliveryRate)
        if quality.roundTrips > 0 {
            data["exhaust.net.rtt_seconds"] = seconds(quality.roundTripSum / UInt64(quality.roundTrips))
            data["exhaust.net.rtt_max_seconds"] = seconds(UInt64(quality.roundTripMaximum))
        }
        data["exhaust.net.min_rtt_seconds"] = quality.roundTripMinimum.map { seconds(UInt64($0)) }
    }

    static func record(
        _ counts: [UInt8: [SocketState: Int]], ports: [(listener: Listener, drops: UInt64)], unattributed: Int,
        now: Timestamp
    ) -> TelemetryRecord {
        var data: ValueMap = [:]
        var kinds = ValueMap()
        for (kind, states) in counts.sorted(by: { $0.key < $1.key }) { kinds[transport(kind)] = Self.states(states) }
        data["exhaust.net.sockets"] = .map(kinds)
        data["exhaust.net.unattributed"] = .int(Int64(unattributed))
        data["exhaust.net.ports"] = .list(
            ports.map { port in
                var entry = place(port.listener.key)
                port.listener.owner?.add(to: &entry)
                entry["exhaust.net.queue"] = .int(Int64(clamping: port.listener.queue))
                if port.listener.backlog > 0 {
                    entry["exhaust.net.queue_limit"] = .int(Int64(clamping: port.listener.backlog))
                }
                entry["exhaust.net.drops"] = .int(Int64(clamping: port.drops))
                return .map(entry)
            })
        return TelemetryRecord(type: .netSockets, time: now, data: data)
    }

    static func gap(_ count: Int, since: Timestamp, now: Timestamp) -> TelemetryRecord {
        TelemetryRecord(
            type: .gap, time: now,
            data: [
                "kind": "net.sockets", "count": .int(Int64(count)),
                "reason": "what the kernel told of closed sockets did not fit; they are missing from the summary",
                "since": .string(since.description),
            ])
    }
}
