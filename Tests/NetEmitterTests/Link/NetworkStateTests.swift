import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("Changes of the host's network, from the kernel's messages")
struct NetworkStateTests {
    private var state = NetworkState()

    init() {
        var all = NetworkState.Inventory()
        all.links = [RouteMessages.message(16, RouteMessages.link())]
        all.addresses = [RouteMessages.message(20, RouteMessages.address([10, 1, 0, 1]))]
        all.routes = [RouteMessages.message(24, RouteMessages.route())]
        all.neighbours = [RouteMessages.message(28, RouteMessages.neighbour([10, 1, 0, 254], mac: 9, state: 2))]
        let present = state.begin(with: all)
        #expect(present.map(\.subject) == [.link, .address, .route])
        #expect(present.allSatisfy { $0.action == .present && !$0.isTrouble })
    }

    private mutating func take(_ type: UInt16, _ content: [UInt8]) -> NetworkChange? {
        state.take(RouteMessages.message(type, content))
    }

    @Test("of a link: what changed, with what was before; what is said again says nothing")
    mutating func links() throws {
        #expect(take(16, RouteMessages.link()) == nil)
        let mtu = try #require(take(16, RouteMessages.link(mtu: 9000, mac: 2)))
        #expect(mtu.action == .changed && !mtu.isTrouble)
        #expect(
            mtu.data["exhaust.net.previous"] == ["exhaust.net.mtu": 1500, "exhaust.net.mac": "02:00:00:00:00:01"])
        #expect(mtu.data["exhaust.net.mtu"] == 9000 && mtu.data["network.interface.name"] == "eth0")
        let down = try #require(take(16, RouteMessages.link(flags: 0x1003, mtu: 9000, mac: 2)))
        #expect(down.isTrouble && down.data["exhaust.net.carrier"] == false && down.data["exhaust.net.state"] == "down")
        #expect(down.record(at: .now()).severityNumber == 13)
        let renamed = try #require(take(16, RouteMessages.link(name: "wan", flags: 0x1003, mtu: 9000, mac: 2)))
        #expect(!renamed.isTrouble)
        #expect(renamed.data["exhaust.net.previous"] == ["network.interface.name": "eth0"])
        #expect(try #require(take(17, RouteMessages.link(name: "wan"))).action == .removed)
        #expect(take(17, RouteMessages.link(name: "wan")) == nil)
        #expect(state.hasRoutesToCheck)
    }

    @Test("what bridges and wireless drivers say in the same messages is passed over")
    mutating func otherLinks() {
        let bridge = RouteMessages.link(index: 2, flags: 0, family: 7) + RouteMessages.attribute(3, Array("eth0".utf8))
        #expect(take(17, bridge) == nil)
        #expect(take(16, RouteMessages.link(mtu: 1) + RouteMessages.attribute(11, [1, 2, 3, 4])) == nil)
        #expect(state.links.entities.count == 1)
    }

    @Test("of an address: told once it is checked, or found to be another host's")
    mutating func addresses() throws {
        let new: [UInt8] = [0x20, 1] + [UInt8](repeating: 0, count: 13) + [7]
        #expect(take(20, RouteMessages.address(new, length: 64, flags: 0xc0)) == nil)
        let usable = try #require(take(20, RouteMessages.address(new, length: 64)))
        #expect(usable.action == .added && usable.data["exhaust.net.address"] == "2001::7")
        #expect(usable.data["exhaust.net.scope"] == "global" && usable.data["network.type"] == "ipv6")
        let duplicate = try #require(take(20, RouteMessages.address(new, length: 64, flags: 0xc8)))
        #expect(duplicate.isTrouble && duplicate.data["exhaust.net.state"] == "duplicate")
        let gone = try #require(take(21, RouteMessages.address([10, 1, 0, 1])))
        #expect(gone.action == .removed && gone.data["network.interface.name"] == "eth0")
    }

    @Test("of routes: the default route is missed; local ones and those of one destination are passed over")
    mutating func routes() throws {
        #expect(take(24, RouteMessages.route()) == nil)
        let moved = try #require(take(24, RouteMessages.route(via: [10, 1, 0, 253])))
        #expect(moved.data["exhaust.net.previous"] == ["exhaust.net.gateway": "10.1.0.254"])
        let added = try #require(take(24, RouteMessages.route(to: [10, 2, 0, 0], length: 16, metric: 5)))
        #expect(added.action == .added && added.data["exhaust.net.destination"] == "10.2.0.0/16")
        #expect(added.data["exhaust.net.origin"] == "static" && added.data["exhaust.net.priority"] == 5)
        #expect(take(24, RouteMessages.route(to: [10, 1, 0, 1], length: 32, table: 255)) == nil)
        #expect(take(24, RouteMessages.route(to: [10, 1, 0, 255], length: 32, type: 3)) == nil)
        #expect(take(24, RouteMessages.route(to: [10, 9, 0, 1], length: 32, flags: 0x200)) == nil)
        let gone = try #require(take(25, RouteMessages.route()))
        #expect(gone.action == .removed && gone.isTrouble)
    }

    @Test("routes of which the kernel did not tell that they went are found when all are asked for")
    mutating func silentRoutes() throws {
        let left = RouteMessages.message(24, RouteMessages.route(to: [10, 2, 0, 0], length: 16))
        #expect(state.take(left) != nil)
        let changes = state.replaceRoutes(with: [left])
        #expect(changes.map(\.action) == [.removed] && changes[0].isTrouble)
        #expect(changes[0].data["exhaust.net.destination"] == "default")
    }

    @Test("a route over several hops tells them all, and the end of one is looked into")
    mutating func hops() throws {
        func hop(_ last: UInt8) -> [UInt8] {
            [16, 0, 0, 0] + RouteMessages.bytes(Int32(2)) + RouteMessages.attribute(5, [10, 1, 0, last])
        }
        let start: [UInt8] = [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]
        let both = try #require(take(24, start + RouteMessages.attribute(9, hop(1) + hop(2))))
        #expect(both.action == .changed)
        let hops = both.data["exhaust.net.hops"]?.list ?? []
        #expect(hops.map { $0["exhaust.net.gateway"] } == ["10.1.0.1", "10.1.0.2"])
        #expect(hops.allSatisfy { $0["network.interface.name"] == "eth0" })
        state.hasRoutesToCheck = false
        #expect(take(25, RouteMessages.route(via: [10, 1, 0, 1])) == nil && state.hasRoutesToCheck)
    }

    @Test("of neighbours: new ones, other link-layer addresses, and those that answer no more")
    mutating func neighbours() throws {
        let gateway: [UInt8] = [10, 1, 0, 254]
        #expect(take(28, RouteMessages.neighbour(gateway, mac: 9, state: 4)) == nil)
        let failed = try #require(take(28, RouteMessages.neighbour(gateway, mac: nil, state: 0x20)))
        #expect(failed.isTrouble && failed.data["exhaust.net.mac"] == "02:00:00:00:00:09")
        #expect(take(28, RouteMessages.neighbour(gateway, mac: nil, state: 0x20)) == nil)
        let back = try #require(take(28, RouteMessages.neighbour(gateway, mac: 9, state: 2)))
        #expect(back.action == .changed && !back.isTrouble)
        #expect(back.data["exhaust.net.previous"] == ["exhaust.net.state": "failed"])
        // Forgotten by the kernel, and met again with another address.
        #expect(take(29, RouteMessages.neighbour(gateway, mac: 9, state: 4)) == nil)
        let moved = try #require(take(28, RouteMessages.neighbour(gateway, mac: 8, state: 2)))
        #expect(moved.data["exhaust.net.previous"] == ["exhaust.net.mac": "02:00:00:00:00:09"])
        // A scan of hosts that do not exist.
        for last: UInt8 in 1...9 {
            #expect(take(28, RouteMessages.neighbour([10, 1, 0, last], mac: nil, state: 1)) == nil)
            #expect(take(28, RouteMessages.neighbour([10, 1, 0, last], mac: nil, state: 0x20)) == nil)
        }
        #expect(try #require(take(28, RouteMessages.neighbour([10, 1, 0, 9], mac: 1, state: 2))).action == .added)
    }

    @Test("what changed while messages were lost is told when all is asked anew")
    mutating func replaced() {
        var all = NetworkState.Inventory()
        all.links = [
            RouteMessages.message(16, RouteMessages.link(mtu: 1400)),
            RouteMessages.message(16, RouteMessages.link(index: 3, name: "eth1")),
        ]
        let changes = state.replace(with: all).map { "\($0.subject) \($0.action)" }.sorted()
        #expect(changes == ["address removed", "link added", "link changed", "route removed"])
    }

    @Test("malformed messages never end the program")
    mutating func survivesMutations() {
        let originals =
            [
                (16, RouteMessages.link()), (20, RouteMessages.address([10, 1, 0, 1])), (24, RouteMessages.route()),
                (28, RouteMessages.neighbour([10, 1, 0, 254], mac: 9, state: 2)),
                (24, [2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0] + RouteMessages.attribute(9, [16, 0, 0, 0, 2, 0, 0, 0])),
            ] as [(UInt16, [UInt8])]
        var random = SeededGenerator(seed: 4)
        for number in 0..<20_000 {
            var (type, bytes) = originals[number % originals.count]
            if Bool.random(using: &random) { type += 1 }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            _ = take(type, bytes)
            _ = InterfaceCounters.data(NetlinkBytes(bytes[...]))
        }
    }
}
