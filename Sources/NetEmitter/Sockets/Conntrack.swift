import ExhaustCore
import ExhaustRuntime
import Glibc

/// What connection tracking holds (nf_conntrack): how full its table is, and of what, asked by ctnetlink.
struct Conntrack {
    /// A table with more entries is not read, since that takes long; its count still is.
    private static let entryLimit: UInt64 = 100_000
    private static let sourceLimit = 65_536
    /// How many of those who fill the table are told.
    private static let topSources = 10
    /// NETLINK_NETFILTER; NFNL_SUBSYS_CTNETLINK << 8 with IPCTNL_MSG_CT_GET and _NEW of linux/netfilter/nfnetlink.h and
    /// nfnetlink_conntrack.h; NLM_F_REQUEST | NLM_F_DUMP.
    private static let (netfilter, get, entry, dump) = (Int32(12), UInt16(0x101), UInt16(0x100), UInt16(0x301))
    private static let folder = "/proc/sys/net/netfilter"

    private let socket: NetlinkSocket?
    /// Why the entries cannot be read.
    private(set) var refusal: ExhaustError?

    /// - Throws: `ExhaustError` where the kernel has no connection tracking.
    init() throws {
        _ = try Self.number("nf_conntrack_count")
        do throws(Socket.Failure) {
            let socket = try NetlinkSocket(protocol: Self.netfilter, receiveBytes: 1 << 20)
            // One entry would tell as well, but a table may have none: the kernel refuses before it looks.
            try Self.ask(socket) { _ in }
            self.socket = socket
        } catch {
            socket = nil
            refusal = ExhaustError(
                error.number == EPERM ? .notPermitted : .unavailable, errno: error.number,
                "the entries of connection tracking cannot be read",
                advice: "it needs CAP_NET_ADMIN and a kernel with CONFIG_NF_CT_NETLINK")
        }
    }

    /// What the table holds now.
    func record(now: Timestamp) throws -> TelemetryRecord {
        let (count, limit) = (try Self.number("nf_conntrack_count"), try Self.number("nf_conntrack_max"))
        var data: ValueMap = [
            "exhaust.conntrack.usage": Self.value(count), "exhaust.conntrack.limit": Self.value(limit),
        ]
        if limit > 0 { data["exhaust.conntrack.utilization"] = .double(Double(count) / Double(limit)) }
        if let socket, count <= Self.entryLimit {
            var census = Census()
            do throws(Socket.Failure) {
                try Self.ask(socket) { census.add($0) }
            } catch {
                throw ExhaustError(.inputOutput, errno: error.number, "cannot list connection tracking's entries")
            }
            census.add(to: &data)
        }
        return TelemetryRecord(type: .netConntrack, time: now, data: data)
    }

    private static func ask(_ socket: NetlinkSocket, _ body: (ConntrackEntry) -> Void) throws(Socket.Failure) {
        var request = NetlinkRequest(type: get, flags: dump)
        // struct nfgenmsg: any family, version 0.
        request.add([0, 0, 0, 0])
        try socket.ask(request.bytes) { message in
            if message.type == entry { body(ConntrackEntry(message.content)) }
        }
    }

    private static func number(_ name: String) throws -> UInt64 {
        let path = "\(folder)/\(name)"
        let text = String(decoding: try FileContent.read(path, limit: 64), as: UTF8.self)
        guard let number = UInt64(text.filter { !$0.isWhitespace }) else {
            throw ExhaustError(.invalidData, "there is no number in the file", at: path)
        }
        return number
    }

    private static func value(_ number: UInt64) -> Value { .int(Int64(clamping: number)) }

    /// Counts of entries.
    private struct Census {
        var kinds: [String: [String: Int]] = [:]
        var sources: [IPAddress: Int] = [:]
        var unanswered = 0
        var sourceTranslated = 0
        var destinationTranslated = 0

        mutating func add(_ entry: ConntrackEntry) {
            kinds[entry.transportName, default: [:]][entry.stateName, default: 0] += 1
            unanswered += entry.status & ConntrackEntry.seenReply == 0 ? 1 : 0
            sourceTranslated += entry.status & ConntrackEntry.sourceTranslated != 0 ? 1 : 0
            destinationTranslated += entry.status & ConntrackEntry.destinationTranslated != 0 ? 1 : 0
            guard let source = entry.source, sources[source] != nil || sources.count < Conntrack.sourceLimit else {
                return
            }
            sources[source, default: 0] += 1
        }

        func add(to data: inout ValueMap) {
            data["exhaust.conntrack.entries"] = .map(
                ValueMap(kinds.sorted { $0.key < $1.key }.map { ($0.key, Self.counts($0.value)) }))
            data["exhaust.conntrack.unanswered"] = .int(Int64(unanswered))
            data["exhaust.conntrack.source_translated"] = .int(Int64(sourceTranslated))
            data["exhaust.conntrack.destination_translated"] = .int(Int64(destinationTranslated))
            let top = sources.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(Conntrack.topSources)
            data["exhaust.conntrack.top_sources"] = .list(
                top.map { ["source.address": .string($0.key.description), "entries": .int(Int64($0.value))] })
        }

        private static func counts(_ counts: [String: Int]) -> Value {
            .map(ValueMap(counts.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) }))
        }
    }
}

/// An entry of connection tracking, as far as it is counted.
struct ConntrackEntry: Sendable {
    /// IPS_* of linux/netfilter/nf_conntrack_common.h.
    static let (seenReply, assured, sourceTranslated, destinationTranslated) = (
        UInt32(2), UInt32(4), UInt32(16), UInt32(32)
    )
    /// CTA_* of linux/netfilter/nfnetlink_conntrack.h.
    private static let (original, statusType, protocolInfo) = (UInt16(1), UInt16(3), UInt16(4))
    /// TCP_CONNTRACK_* of linux/netfilter/nf_conntrack_tcp.h.
    private static let states = [
        "none", "syn_sent", "syn_received", "established", "fin_wait", "close_wait", "last_ack", "time_wait", "closed",
        "syn_sent",
    ]
    private static let transports: [UInt8: String] = [
        1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 58: "ipv6-icmp", 132: "sctp", 136: "udplite",
    ]

    var source: IPAddress?
    var transport: UInt8 = 0
    var status: UInt32 = 0
    var tcpState: UInt8?

    init(_ bytes: NetlinkBytes) {
        bytes.eachAttribute(from: 4) { type, content in
            switch type {
            case Self.original: readTuple(content)
            case Self.statusType: status = UInt32(bigEndian: content.number(0) ?? 0)
            case Self.protocolInfo:
                // CTA_PROTOINFO_TCP in it, and in that CTA_PROTOINFO_TCP_STATE.
                content.eachAttribute { type, content in
                    guard type == 1 else { return }
                    content.eachAttribute { type, content in if type == 1 { tcpState = content.number(0) } }
                }
            default: break
            }
        }
    }

    private mutating func readTuple(_ bytes: NetlinkBytes) {
        bytes.eachAttribute { type, content in
            content.eachAttribute { inner, content in
                switch (type, inner) {
                // CTA_TUPLE_IP with CTA_IP_V4_SRC or CTA_IP_V6_SRC; CTA_TUPLE_PROTO with CTA_PROTO_NUM.
                case (1, 1): source = content.number(0).map { IPAddress(ipv4: UInt32(bigEndian: $0)) }
                case (1, 3):
                    guard let high = content.number(0, as: UInt64.self), let low = content.number(8, as: UInt64.self)
                    else { return }
                    source = IPAddress(ipv6: UInt64(bigEndian: high), UInt64(bigEndian: low))
                case (2, 1): transport = content.number(0) ?? 0
                default: break
                }
            }
        }
    }

    var transportName: String { Self.transports[transport] ?? "ip_\(transport)" }

    var stateName: String {
        if let tcpState { return Int(tcpState) < Self.states.count ? Self.states[Int(tcpState)] : "state_\(tcpState)" }
        return status & Self.assured != 0 ? "assured" : status & Self.seenReply != 0 ? "answered" : "unanswered"
    }
}
