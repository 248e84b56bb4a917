import ExhaustRuntime

@testable import NetEmitter

/// A line of `ss -tuainpmeHO`, and what a socket of ours looks like in it.
struct SocketStatistics {
    var state: String
    var local: String
    var peer: String
    var receiveQueue: Double
    var sendQueue: Double
    var pids: Set<Int32> = []
    /// Everything else that is a number, by its name; of `a:1/2` under `a` and `a/`.
    var values: [String: Double] = [:]
    /// Words without a value.
    var words: Set<String> = []

    /// Words whose value stands apart.
    private static let spaced: Set<String> = ["send", "pacing_rate", "delivery_rate"]

    init?(_ line: Substring) {
        let tokens = line.split(whereSeparator: \.isWhitespace).map { String($0) }
        guard tokens.count >= 5, let receiving = Double(tokens[1]), let sending = Double(tokens[2]) else { return nil }
        (state, receiveQueue, sendQueue, local, peer) = (tokens[0], receiving, sending, tokens[3], tokens[4])
        var rest = tokens.dropFirst(5)
        while let token = rest.popFirst() {
            if Self.spaced.contains(token) {
                values[token] = rest.popFirst().flatMap { Double($0.prefix { $0.isNumber || $0 == "." }) }
            } else if token.hasPrefix("users:") {
                pids = Set(token.split(separator: "pid=").dropFirst().compactMap { Int32($0.prefix { $0.isNumber }) })
            } else if token.hasPrefix("skmem:(") {
                for part in token.dropFirst(7).dropLast().split(separator: ",") {
                    let name = part.prefix { $0.isLetter }
                    values["skmem \(name)"] = Double(part.dropFirst(name.count))
                }
            } else if let colon = token.firstIndex(of: ":") {
                add(String(token[..<colon]), token[token.index(after: colon)...])
            } else {
                words.insert(token)
            }
        }
    }

    private mutating func add(_ name: String, _ text: Substring) {
        if name == "sk" {
            values[name] = Double(UInt64(text, radix: 16) ?? 0)
            return
        }
        let parts = text.split { $0 == "/" || $0 == "," }
        for (index, part) in parts.prefix(2).enumerated() {
            values[name + (index == 0 ? "" : "/")] = Double(part.prefix { $0.isNumber || $0 == "." })
        }
    }
}

extension SocketStatistics {
    private static let names = [
        "established": "ESTAB", "syn_sent": "SYN-SENT", "syn_received": "SYN-RECV", "fin_wait_1": "FIN-WAIT-1",
        "fin_wait_2": "FIN-WAIT-2", "time_wait": "TIME-WAIT", "closed": "UNCONN", "close_wait": "CLOSE-WAIT",
        "last_ack": "LAST-ACK", "listen": "LISTEN", "closing": "CLOSING",
    ]

    static func state(_ socket: InetSocket) -> String { names[socket.state.name] ?? socket.state.name }

    static func address(_ socket: InetSocket, isLocal: Bool) -> String {
        let (address, port) =
            isLocal ? (socket.tuple.local, socket.tuple.localPort) : (socket.tuple.peer, socket.tuple.peerPort)
        var host = address.description
        if address.isIPv4 && socket.family == 10 { host = "[::ffff:\(host)]" }
        if !address.isIPv4 {
            // Of a socket for both families ss says that it takes any address.
            host = address.isWildcard && socket.isIPv6Only == false ? "*" : "[\(host)]"
        }
        return "\(host):\(port == 0 ? "*" : "\(port)")"
    }

    /// The numbers of a socket by the names of ss, in its units.
    static func values(_ socket: InetSocket) -> [String: Double] {
        var values: [String: Double] = [
            "ino": Double(socket.inode), "sk": Double(socket.cookie), "uid": Double(socket.userID),
        ]
        if let memory = socket.memory {
            let numbers: [(String, UInt32)] = [
                ("r", memory.received), ("rb", memory.receiveLimit), ("t", memory.sending), ("tb", memory.sendLimit),
                ("f", memory.forwardAllocated), ("w", memory.queued), ("o", memory.options), ("bl", memory.backlog),
                ("d", memory.drops),
            ]
            for (name, number) in numbers { values["skmem \(name)"] = Double(number) }
        }
        guard let info = socket.info else { return values }
        for (name, number) in words(info) { values[name] = number.map { Double($0) } }
        for (name, number) in longs(info) { values[name] = number.map { Double($0) } }
        for (name, number) in milliseconds(info) { values[name] = number.map { $0 / 1000 } }
        let busy = Double(info.busyTime ?? 0) / 1000
        values["busy"] = busy.rounded(.down)
        if let roundTrip = info.roundTrip, roundTrip > 0, let size = info.sendSegmentSize,
            let window = info.congestionWindow
        {
            values["send"] = Double(window) * Double(size) * 8_000_000 / Double(roundTrip)
        }
        values["pacing_rate"] = info.pacingRate.map { Double($0) * 8 }
        values["delivery_rate"] = info.deliveryRate.map { Double($0) * 8 }
        return values
    }

    private static func words(_ info: TCPInfo) -> [(String, UInt32?)] {
        [
            ("wscale", info.sendScale.map { UInt32($0) }), ("wscale/", info.receiveScale.map { UInt32($0) }),
            ("backoff", info.backoff.map { UInt32($0) }), ("mss", info.sendSegmentSize),
            ("rcvmss", info.receiveSegmentSize), ("pmtu", info.pathMTU), ("advmss", info.advertisedSegmentSize),
            ("cwnd", info.congestionWindow), ("ssthresh", info.sendThreshold), ("segs_out", info.segmentsOut),
            ("segs_in", info.segmentsIn), ("data_segs_out", info.dataSegmentsOut),
            ("data_segs_in", info.dataSegmentsIn), ("lastsnd", info.lastSent), ("lastrcv", info.lastReceived),
            ("lastack", info.lastAcknowledged), ("delivered", info.delivered),
            ("delivered_ce", info.deliveredMarked), ("unacked", info.unacknowledged),
            ("retrans", info.retransmitting), ("retrans/", info.totalRetransmits), ("lost", info.lost),
            ("sacked", info.selectivelyAcknowledged), ("dsack_dups", info.duplicates),
            ("reordering", info.reordering), ("reord_seen", info.reorderings), ("rcv_space", info.receiveSpace),
            ("rcv_ssthresh", info.receiveThreshold), ("notsent", info.unsentBytes),
            ("rcv_ooopack", info.outOfOrderReceived), ("snd_wnd", info.sendWindow),
        ]
    }

    private static func longs(_ info: TCPInfo) -> [(String, UInt64?)] {
        [
            ("bytes_sent", info.bytesSent), ("bytes_retrans", info.bytesRetransmitted),
            ("bytes_acked", info.bytesAcknowledged), ("bytes_received", info.bytesReceived),
        ]
    }

    private static func milliseconds(_ info: TCPInfo) -> [(String, Double?)] {
        [
            ("rto", info.retransmitTimeout), ("rtt", info.roundTrip), ("rtt/", info.roundTripDeviation),
            ("ato", info.acknowledgeTimeout), ("rcv_rtt", info.receiverRoundTrip), ("minrtt", info.minimumRoundTrip),
        ].map { ($0.0, $0.1.map { Double($0) }) }
    }
}
