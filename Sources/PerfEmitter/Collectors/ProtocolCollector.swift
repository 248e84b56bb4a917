package import ExhaustCore

/// Counters of IP, TCP, UDP and ICMP (/proc/net/snmp, netstat, snmp6), by the kernel's names.
package struct ProtocolCollector: Collector {
    package let name = "protocol"
    package let counters: Set<String> = ["exhaust.network.protocol"]
    private let files: [ByteFile]
    private let six: ByteFile

    /// What is told of each protocol, out of some two hundred: node_exporter's choice, and what tells of lost
    /// connections. `Forwarding` and `CurrEstab` are states.
    private static let wanted: [String: Set<String>] = [
        "Ip": ["InReceives", "InHdrErrors", "InDiscards", "OutDiscards", "OutNoRoutes", "ReasmFails", "FragFails"],
        "Icmp": ["InMsgs", "InErrors", "OutMsgs", "InDestUnreachs", "OutDestUnreachs"],
        "Tcp": [
            "ActiveOpens", "PassiveOpens", "AttemptFails", "EstabResets", "InSegs", "OutSegs", "RetransSegs", "InErrs",
            "OutRsts",
        ],
        "Udp": ["InDatagrams", "NoPorts", "InErrors", "OutDatagrams", "RcvbufErrors", "SndbufErrors", "InCsumErrors"],
        "UdpLite": ["InErrors"],
        "TcpExt": [
            "ListenOverflows", "ListenDrops", "SyncookiesSent", "SyncookiesRecv", "SyncookiesFailed", "TCPTimeouts",
            "TCPOFOQueue", "TCPRcvQDrop", "TCPLostRetransmit", "TCPSynRetrans", "TCPAbortOnMemory",
            "TCPBacklogDrop", "TCPReqQFullDrop", "PruneCalled",
        ],
        "IpExt": ["InOctets", "OutOctets", "InNoRoutes"],
    ]
    private static let wantedSix: Set<String> = [
        "Ip6InOctets", "Ip6OutOctets", "Ip6InDiscards", "Ip6OutDiscards", "Icmp6InMsgs", "Icmp6InErrors",
        "Icmp6OutMsgs", "Udp6InDatagrams", "Udp6NoPorts", "Udp6InErrors", "Udp6OutDatagrams", "Udp6RcvbufErrors",
        "Udp6SndbufErrors", "UdpLite6InErrors",
    ]
    private static let states: [String: Set<String>] = ["Ip": ["Forwarding"], "Tcp": ["CurrEstab"]]

    package init(_ roots: Roots) {
        files = ["snmp", "netstat"].map { ByteFile("\(roots.net)/\($0)") }
        six = ByteFile("\(roots.net)/snmp6")
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var (protocols, states) = (ValueMap(), ValueMap())
        for file in files {
            guard let text = try file.readIfPresent() else { continue }
            Self.read(text) { name, field, number in
                // No counter of these, nor a state, is below 0.
                guard number >= 0 else { return }
                if Self.wanted[name]?.contains(field) == true {
                    var counters = protocols[name]?.map ?? ValueMap()
                    counters[field] = .int(number)
                    protocols[name] = .map(counters)
                } else if Self.states[name]?.contains(field) == true {
                    states["\(name).\(field)"] = .int(number)
                }
            }
        }
        if let text = try six.readIfPresent() { Self.readSix(text, into: &protocols) }
        if !protocols.isEmpty { data["exhaust.network.protocol"] = .map(protocols) }
        data["exhaust.network.tcp.established"] = states["Tcp.CurrEstab"]
        // 1: on, 2: off (RFC 4293).
        data["exhaust.network.ip.forwarding"] = states["Ip.Forwarding"].map { .bool($0 == 1) }
    }

    /// Reads lines in pairs: `Tcp: Name Name` and `Tcp: 1 2`. Lines that do not pair are left out.
    static func read(_ text: ByteScanner, _ note: (String, String, Int64) -> Void) {
        var text = text
        while var names = text.line() {
            guard var numbers = text.line(), let name = names.word(), numbers.word() == name,
                name.last == UInt8(ascii: ":")
            else { continue }
            let prefix = String(decoding: name.dropLast(), as: UTF8.self)
            guard wanted[prefix] != nil else { continue }
            while let field = names.string(), let number = numbers.clampedNumber() { note(prefix, field, number) }
        }
    }

    private static func readSix(_ text: ByteScanner, into protocols: inout ValueMap) {
        var text = text
        while var line = text.line() {
            guard let field = line.string(), wantedSix.contains(field), let number = line.number(),
                let six = field.firstIndex(of: "6")
            else { continue }
            let name = String(field[...six])
            var counters = protocols[name]?.map ?? ValueMap()
            counters[String(field[field.index(after: six)...])] = number.value
            protocols[name] = .map(counters)
        }
    }
}

extension ByteScanner {
    /// A whole number as JSON has it; more than 2^63-1 counts as that.
    mutating func clampedNumber() -> Int64? {
        var copy = self
        if let number = copy.number() {
            self = copy
            return Int64(clamping: number)
        }
        return signedNumber()
    }
}
