import ExhaustCore

@testable import NetEmitter

/// Packets between two ends, told in short: `>S <SA >A >PA100 <A >FA <FA >A`.
///
/// `>` is the client's, `<` the server's; letters are TCP's control bits, a number is the payload's length, and `W`
/// says that the window is closed. Sequence numbers follow from what was sent before. `_` before a packet: it was not
/// captured. `!`: the sender's last packet again.
struct Conversation {
    var client = FlowEnd(address: IPAddress(ipv4: 0x0a00_0001), port: 40_000)
    var server = FlowEnd(address: IPAddress(ipv4: 0x0a00_0002), port: 80)
    var transport = Transport.tcp
    var time = Timestamp(seconds: 1000)
    /// Between two packets.
    var step = Duration.milliseconds(1)
    var next: [Character: UInt32] = [">": 1000, "<": 5000]
    private var last: [Character: Packet] = [:]

    init() {}

    mutating func packets(_ script: String) -> [Packet] {
        script.split(separator: " ").compactMap { word in
            defer { time = time + step }
            let isCaptured = !word.hasPrefix("_")
            let word = word.drop { $0 == "_" }
            if word.hasPrefix("!"), let sender = word.dropFirst().first, var again = last[sender] {
                again.time = time
                return isCaptured ? again : nil
            }
            guard let sender = word.first else { return nil }
            let packet = packet(from: sender, word.dropFirst())
            last[sender] = packet
            return isCaptured ? packet : nil
        }
    }

    private mutating func packet(from sender: Character, _ word: Substring) -> Packet {
        let letters: [(Character, UInt8)] = [("F", 1), ("S", 2), ("R", 4), ("P", 8), ("A", 16)]
        let flags = letters.reduce(0) { word.contains($1.0) ? $0 | $1.1 : $0 }
        let length = word.contains("W") ? 0 : Int(word.drop { $0.isLetter }) ?? 0
        var packet = Conversation.packet(
            from: sender == ">" ? client : server, to: sender == ">" ? server : client, transport, payload: length,
            time: time)
        guard transport == Transport.tcp else { return packet }
        packet.tcpFlags = flags
        packet.sequence = next[sender] ?? 0
        packet.acknowledgement = flags & 16 == 0 ? 0 : next[sender == ">" ? "<" : ">"] ?? 0
        packet.window = word.contains("W") ? 0 : 1000
        next[sender] = TCPSegment(packet, time: 0).end
        return packet
    }

    /// A packet as the parser would give it, whose frame has 14 bytes before the IP header.
    static func packet(
        from source: FlowEnd, to destination: FlowEnd, _ transport: UInt8, payload: Int = 0, time: Timestamp
    ) -> Packet {
        let headers = (source.address.isIPv4 ? 20 : 40) + (transport == Transport.tcp ? 20 : 8)
        return Packet(
            time: time, frameLength: 14 + headers + payload, source: source.address, destination: destination.address,
            transport: transport, sourcePort: source.port, destinationPort: destination.port,
            ipLength: headers + payload, payloadLength: payload,
            payload: FrameBytes(UnsafeRawBufferPointer(start: nil, count: 0)))
    }
}

extension FlowTable {
    /// What the table tells of these packets, and, unless there may be more, of what it then has.
    mutating func records(of packets: [Packet], finish: Bool = true) -> [FlowRecord] {
        var records: [FlowRecord] = []
        for packet in packets { take(packet) { records.append($0) } }
        if finish { self.finish { records.append($0) } }
        return records
    }
}
