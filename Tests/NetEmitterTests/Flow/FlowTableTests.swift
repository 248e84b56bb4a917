import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("the table of flows")
struct FlowTableTests {
    private static let start = Timestamp(seconds: 1000)

    /// A datagram from one of many clients to a server.
    private static func datagram(_ client: Int, at second: Int, payload: Int = 10) -> Packet {
        let from = FlowEnd(address: IPAddress(ipv4: 0x0a00_0000 + UInt32(client)), port: 40_000)
        let to = FlowEnd(address: IPAddress(ipv4: 0xc000_0201), port: 53)
        return Conversation.packet(
            from: from, to: to, Transport.udp, payload: payload, time: start + .seconds(second))
    }

    private static func second(_ time: Timestamp) -> Double { (time - start).inSeconds }

    @Test("silence ends a flow, at the moment at which it was long enough")
    func idle() {
        var table = FlowTable()
        let records = table.records(
            of: [(1, 0), (2, 30), (1, 40), (3, 500)].map { Self.datagram($0.0, at: $0.1) }, finish: false)
        #expect(records.map(\.reason) == [.active, .idle, .idle])
        #expect(records.map { Self.second($0.time) } == [60, 90, 100])
        #expect(records.map(\.flow.id) == [1, 2, 1])
        #expect(table.count == 1)
        var late: [FlowRecord] = []
        table.expire(now: Self.start + .seconds(559)) { late.append($0) }
        #expect(late.isEmpty)
        table.expire(now: Self.start + .seconds(560)) { late.append($0) }
        #expect(late.map(\.reason) == [.idle] && table.count == 0)
    }

    @Test("a flow that goes on is told of each minute, with what is new; the sums are right")
    func active() {
        var table = FlowTable()
        let records = table.records(of: (0..<150).map { Self.datagram(1, at: $0 + 5) })
        #expect(records.map(\.reason) == [.active, .active, .forced])
        #expect(records.map(\.flow.source.counts.packets) == [60, 60, 30])
        #expect(records.map(\.flow.source.counts.payloadBytes) == [600, 600, 300])
        #expect(records.map(\.flow.totalPackets) == [60, 120, 150])
        #expect(records.map(\.flow.records) == [1, 2, 3] && Set(records.map(\.flow.id)) == [1])
        #expect(records.map { $0.since.map(Self.second) } == [nil, 65, 125])
    }

    @Test("a connection that is silent for more than a minute, and less than five, is not told of in between")
    func silentConnection() {
        var (table, talk) = (FlowTable(), Conversation())
        var packets = talk.packets(">S <SA >A >A10")
        talk.time = talk.time + .seconds(290)
        packets += talk.packets(">A20")
        let records = table.records(of: packets)
        #expect(records.map(\.reason) == [.active, .forced])
        #expect(records.map(\.flow.source.counts.payloadBytes) == [10, 20])
    }

    @Test("an attempt that nobody answers waits for the longest pause between two SYNs, a connection for longer")
    func patience() {
        for (script, seconds) in [(">S", 60.0), (">S <SA >A", 300), (">S <RA", 5), (">S <SA >A >FA <FA >A", 5)] {
            var (table, talk) = (FlowTable(), Conversation())
            talk.step = .zero
            var records = table.records(of: talk.packets(script), finish: false)
            table.expire(now: Self.start + .seconds(1000)) { records.append($0) }
            #expect(records.last.map { Self.second($0.time) } == seconds, "\(script)")
            #expect(records.last?.reason == (seconds == 5 ? .end : .idle))
        }
    }

    @Test("stragglers count to the connection that is over; a new SYN begins another")
    func reuse() {
        var (table, talk) = (FlowTable(), Conversation())
        var packets = talk.packets(">S <SA >A >FA <FA >A !< >A")
        talk.next = [">": 900_000, "<": 70]
        packets += talk.packets(">S <SA >A")
        let records = table.records(of: packets)
        #expect(records.map(\.reason) == [.end, .forced])
        #expect(records.map(\.flow.totalPackets) == [8, 3])
        #expect(records.map(\.flow.connectionState) == [.finished, .established])
    }

    @Test("a refused SYN that comes again with the same number is another attempt; one that was lost is the same")
    func repeatedSYN() {
        var (table, talk) = (FlowTable(), Conversation())
        #expect(table.records(of: talk.packets(">S <RA !> <RA")).map(\.flow.connectionState) == [.refused, .refused])
        talk = Conversation()
        #expect(table.records(of: talk.packets(">S !> !> <SA >A")).count == 1)
    }

    @Test("a full table gives up what is over, then what was silent for longest, and counts")
    func crowded() {
        var limits = FlowLimits()
        limits.flows = 3
        var (table, talk) = (FlowTable(limits: limits), Conversation())
        let packets =
            [Self.datagram(1, at: 0)] + talk.packets(">S <RA")
            + [(2, 1), (1, 2), (3, 2), (4, 3), (5, 3)].map { Self.datagram($0.0, at: $0.1) }
        let records = table.records(of: packets, finish: false)
        #expect(records.map(\.reason) == [.end, .crowded, .crowded])
        #expect(records.map(\.flow.id) == [2, 3, 1])
        #expect(table.crowdedOut == 2 && table.count == 3)
        limits.flows = 0
        table = FlowTable(limits: limits)
        #expect(table.records(of: packets).count == 7)
    }

    @Test("the same packets give the same records, whatever the hash")
    func deterministic() {
        var generator = SeededGenerator(seed: 5)
        var time = 0
        let packets = (0..<20_000).map { _ in
            time += Int.random(in: 0..<100, using: &generator) == 0 ? 1 : 0
            return Self.datagram(Int.random(in: 0..<3000, using: &generator), at: time)
        }
        var limits = FlowLimits()
        limits.flows = 1000
        let told = [UInt64(1), 2].map { seed in
            var table = FlowTable(limits: limits, seed: seed)
            return table.records(of: packets).map { [$0.flow.id, Int64($0.flow.totalPackets), $0.time.seconds] }
        }
        #expect(told[0] == told[1])
        #expect(told[0].count > 3000)
    }

    @Test("packets that come late change nothing; a clock that was set back does not stop time")
    func clock() {
        var table = FlowTable()
        var records = table.records(
            of: [Self.datagram(1, at: 100), Self.datagram(2, at: 95), Self.datagram(1, at: -3000)], finish: false)
        #expect(records.isEmpty && table.clockSteps == 1)
        table.expire(now: Self.start + .seconds(-2941)) { records.append($0) }
        #expect(records.isEmpty)
        table.expire(now: Self.start + .seconds(-2940)) { records.append($0) }
        #expect(records.map(\.flow.id) == [2, 1])
        #expect(records.map { Self.second($0.flow.start) } == [95, 100])
        #expect(records.map { Self.second($0.time) } == [-2940, -2940])
    }

    @Test("several tables give no number twice")
    func numbers() {
        var tables = (0..<3).map { FlowTable(firstID: Int64($0) + 1, idStep: 3) }
        let ids = tables.indices.flatMap { index in
            tables[index].records(of: (0..<5).map { Self.datagram($0, at: 0) }).map(\.flow.id)
        }
        #expect(ids.sorted() == Array(1...15))
    }
}

extension FlowTableTests {
    private static func second(_ time: Int64) -> Double { second(Timestamp(flowTime: time)) }
}
