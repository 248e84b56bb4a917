import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("what makes a flow")
struct FlowKeyTests {
    private static let one = FlowEnd(address: IPAddress(ipv4: 1), port: 1)
    private static let two = FlowEnd(address: IPAddress(ipv4: 2), port: 1)

    private static func key(_ from: FlowEnd, _ to: FlowEnd, _ transport: UInt8) -> (key: FlowKey, isForward: Bool) {
        FlowKey.of(Conversation.packet(from: from, to: to, transport, time: Timestamp(seconds: 0)))
    }

    @Test("both ways have one key, and differ in direction")
    func ways() {
        let ends = [
            Self.one, Self.two, FlowEnd(address: IPAddress(ipv6: 1, 2), port: 7),
            FlowEnd(address: IPAddress(ipv6: 1, 2), port: 8),
        ]
        for (from, to) in [(0, 1), (2, 3), (3, 2)] {
            let (there, back) = (Self.key(ends[from], ends[to], 6), Self.key(ends[to], ends[from], 6))
            #expect(there.key == back.key && there.isForward != back.isForward)
            #expect(there.key.hash(seed: 1) == back.key.hash(seed: 1))
            #expect(there.key.hash(seed: 1) != back.key.hash(seed: 2))
            #expect(Set([there.key.first, there.key.second]) == [ends[from], ends[to]])
            #expect(there.key != Self.key(ends[from], ends[to], 17).key)
        }
        let mapped = FlowEnd(address: IPAddress(ipv6: 0, 0xffff_0000_0001), port: 1)
        #expect(Self.key(Self.one, Self.two, 6).key != Self.key(mapped, mapped, 6).key)
    }

    @Test("an echo and its reply are one flow, of whoever asked; messages without an answer go one way")
    func icmp() throws {
        var table = FlowTable()
        func message(_ from: FlowEnd, _ to: FlowEnd, type: UInt16, code: UInt16) -> Packet {
            var packet = Conversation.packet(from: from, to: to, Transport.icmp, time: Timestamp(seconds: 9))
            (packet.sourcePort, packet.destinationPort) = (type, code)
            return packet
        }
        let records = table.records(of: [
            message(Self.two, Self.one, type: 8, code: 0), message(Self.one, Self.two, type: 0, code: 0),
            message(Self.two, Self.one, type: 3, code: 1), message(Self.one, Self.two, type: 3, code: 1),
        ])
        #expect(records.map(\.flow.totalPackets) == [2, 1, 1])
        let echo = try #require(records.first?.flow)
        #expect(echo.sourceEnd == FlowEnd(address: Self.two.address, port: 8) && echo.icmpCode == 0)
        #expect(echo.destination.counts.packets == 1)
        #expect(records[1].flow.icmpCode == 1 && records[1].flow.sourceEnd.port == 3)
    }

    @Test("fragments count to the flow of the first; those whose first was not seen have no ports")
    func fragments() throws {
        var (table, talk) = (FlowTable(), Conversation())
        talk.transport = Transport.udp
        var packets = talk.packets(">1472 >1480 >100 >100 <10")
        for index in 0..<4 {
            packets[index].isFragment = true
            packets[index].fragmentID = index < 3 ? 7 : 8
            packets[index].isLaterFragment = index > 0
            if index > 0 { (packets[index].sourcePort, packets[index].destinationPort) = (0, 0) }
        }
        let records = table.records(of: packets)
        #expect(records.map(\.flow.totalPackets) == [1, 4])
        #expect(records.map(\.flow.key.isPortless) == [true, false])
        let whole = try #require(records.last?.flow)
        #expect(whole.source.counts.packets == 3 && whole.source.counts.payloadBytes == 1472 + 1480 + 100)
        #expect(whole.fragments == 3 && whole.sourceEnd == talk.client)
    }

    @Test("who asked shows by the ports, where the beginning is not seen")
    func guess() {
        func isAnswer(_ transport: UInt8, _ from: UInt16, _ to: UInt16, flags: UInt8 = 16) -> Bool {
            var packet = Conversation.packet(
                from: FlowEnd(address: IPAddress(ipv4: 1), port: from),
                to: FlowEnd(address: IPAddress(ipv4: 2), port: to), transport, time: Timestamp(seconds: 0))
            packet.tcpFlags = flags
            return SourceGuess.isAnswer(packet, FlowKey.of(packet).key)
        }
        #expect(isAnswer(6, 80, 40_000) && isAnswer(6, 5432, 40_000) && isAnswer(6, 443, 2000))
        #expect(!isAnswer(6, 40_000, 5432) && !isAnswer(6, 40_000, 50_000) && !isAnswer(6, 80, 40_000, flags: 2))
        #expect(isAnswer(17, 53, 1024) && !isAnswer(17, 5060, 40_000) && !isAnswer(17, 67, 68))
        #expect(!isAnswer(132, 80, 40_000))
    }
}
