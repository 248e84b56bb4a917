import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("connections and their summary")
struct ConnectionTableTests {
    private var table = ConnectionTable(excluding: 99)

    private mutating func add(
        _ socket: InetSocket?, pid: Int32 = 7, isIngress: Bool = false, isOld: Bool = false
    ) throws {
        let socket = try #require(socket)
        #expect(table.add(socket, Bytes.owner(pid: pid), isIngress: isIngress, isOld: isOld).isFollowed)
    }

    private mutating func measure(_ socket: InetSocket?) throws {
        table.measure(try #require(socket), nil, isIngress: false, counts: true)
    }

    private mutating func close(_ socket: InetSocket?) throws {
        table.close(try #require(socket), nil, isIngress: false)
    }

    @Test("what was sent before the first look does not count; what a new connection has sent does")
    mutating func baselines() throws {
        table.begin()
        try add(Bytes.connection(cookie: 1, sent: 1000, received: 5000), isOld: true)
        try add(Bytes.connection(cookie: 2, localPort: 4001, sent: 10, received: 20))
        try measure(Bytes.connection(cookie: 1, sent: 1100, received: 5001, roundTrip: 3000))
        try measure(Bytes.connection(cookie: 2, localPort: 4001, sent: 30, received: 40))
        let group = try #require(table.takeGroups(10).first)
        #expect(group.counters.sent == 130 && group.counters.received == 41)
        #expect(group.opened == 1 && group.states == [.established: 2])
        #expect(group.quality.roundTrips == 2 && group.quality.roundTripSum == 4000)
        #expect(group.quality.roundTripMaximum == 3000 && group.quality.roundTripMinimum == 500)
        try measure(Bytes.connection(cookie: 1, sent: 1101, received: 5001))
        #expect(table.takeGroups(10).first?.counters.sent == 1)
    }

    @Test("a connection that ends counts with its last measures, also if no look saw it")
    mutating func ends() throws {
        table.begin()
        try add(Bytes.connection(cookie: 1, sent: 100, received: 100), isOld: true)
        try close(Bytes.connection(cookie: 1, sent: 150, received: 100, retransmits: 2))
        try close(Bytes.connection(cookie: 2, sent: 5, received: 6))
        try close(Bytes.connection(cookie: 3, sent: 0, received: 0, roundTrip: 0))
        let groups = table.takeGroups(10)
        #expect(groups.count == 2 && groups.reduce(0) { $0 + $1.closed } == 3)
        let known = try #require(groups.first { $0.owner?.pid == 7 })
        #expect(known.counters.sent == 50 && known.counters.segmentsRetransmitted == 2 && known.opened == 0)
        let unknown = try #require(groups.first { $0.owner == nil })
        #expect(unknown.counters.sent == 5 && unknown.opened == 2 && unknown.failed == 1)
    }

    @Test("what is seen no more is closed, once the kernel had time to tell of it")
    mutating func unseen() throws {
        table.begin()
        try add(Bytes.connection(cookie: 1, sent: 0, received: 0), isOld: true)
        #expect(table.takeUnseen(patience: 1).isEmpty)
        table.begin()
        #expect(table.takeUnseen(patience: 1).isEmpty)
        table.begin()
        #expect(table.takeUnseen(patience: 1).count == 1)
        #expect(table.takeGroups(10).first?.closed == 1)
    }

    @Test("a socket that is connected anew is another connection")
    mutating func reconnected() throws {
        table.begin()
        try add(Bytes.connection(cookie: 1, sent: 0, received: 0))
        let anew = try #require(Bytes.connection(cookie: 1, peer: 9, sent: 0, received: 0))
        let wasKnown = table.see(anew)
        let former = table.add(anew, Bytes.owner(pid: 7), isIngress: false, isOld: false).former
        #expect(former?.peer == Bytes.address(0xc000_0201))
        let isKnown = table.see(anew)
        #expect(!wasKnown && isKnown)
        let groups = table.takeGroups(10)
        #expect(groups.map(\.opened) == [1, 1] && groups.reduce(0) { $0 + $1.closed } == 1)
    }

    @Test("the largest groups are told one by one, the rest as one, the emitter's own not at all")
    mutating func rest() throws {
        table.begin()
        for peer in 1...5 {
            try add(
                Bytes.connection(
                    cookie: UInt64(peer), peer: UInt32(peer), sent: UInt64(peer), received: 0), isOld: true)
            try measure(
                Bytes.connection(cookie: UInt64(peer), peer: UInt32(peer), sent: UInt64(peer * 101), received: 0))
        }
        try add(Bytes.connection(cookie: 9, sent: 0, received: 0), pid: 99)
        try measure(Bytes.connection(cookie: 9, sent: 1_000_000, received: 0))
        let groups = table.takeGroups(2)
        #expect(groups.map(\.counters.sent) == [500, 400, 600])
        #expect(groups.map(\.groups) == [1, 1, 3] && groups.last?.key == nil)
        #expect(table.takeGroups(2).isEmpty)
    }

    @Test("a summary has bounds: many peers cost no more memory than a few")
    mutating func bounded() throws {
        table.begin()
        for peer in 0..<20_000 {
            try close(Bytes.connection(cookie: UInt64(peer), peer: UInt32(peer), sent: 1, received: 1))
        }
        let groups = table.takeGroups(100)
        #expect(groups.count == 101 && groups.reduce(0) { $0 + $1.closed } == 20_000)
    }

    @Test("records have the fields of the documentation")
    mutating func records() throws {
        table.begin()
        try add(
            Bytes.connection(cookie: 1, localPort: 443, peerPort: 50_000, sent: 7, received: 8), isIngress: true)
        try measure(Bytes.connection(cookie: 1, localPort: 443, peerPort: 50_000, sent: 7, received: 8))
        let group = try #require(table.takeGroups(1).first)
        let time = Timestamp(seconds: 5)
        let data = SocketRecords.record(group, interval: .seconds(60), now: time).data
        #expect(data["network.direction"] == "ingress" && data["network.peer.address"] == "192.0.2.1")
        #expect(data["network.local.port"] == 443 && data["network.peer.port"] == nil)
        #expect(data["exhaust.net.connections"] == ["established": 1] && data["process.user.name"] == "games")
        #expect(data["exhaust.net.rtt_seconds"] == 0.001 && data["exhaust.net.sent_bytes"] == 7)
        #expect(data["exhaust.net.interval_seconds"] == 60.0)
    }
}
