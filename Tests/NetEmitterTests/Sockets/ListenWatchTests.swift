import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("ports that are opened and closed")
struct ListenWatchTests {
    private var watch = ListenWatch(ephemeral: 32768...60999)
    private static let start = Timestamp(seconds: 1_000_000)

    /// Looks at listeners given as transport, port and cookies.
    private mutating func look(_ ports: [(UInt8, UInt16, Set<UInt64>)], at seconds: Int) -> [String] {
        var listeners: [Listener.Key: Listener] = [:]
        for (transport, port, cookies) in ports {
            let key = Listener.Key(transport: transport, address: Bytes.address(0), port: port, interface: 0)
            var listener = Listener(key: key)
            listener.cookies = cookies
            listeners[key] = listener
        }
        return watch.take(listeners, now: Self.start + .seconds(seconds)).map {
            "\($0.change) \($0.listener.key.transport)/\($0.listener.key.port)"
        }
    }

    @Test("what is there at first is found, later ones are opened and closed")
    mutating func changes() {
        #expect(look([(6, 22, [1]), (17, 53, [2])], at: 0) == ["found 6/22", "found 17/53"])
        #expect(look([(6, 22, [1]), (17, 53, [2]), (6, 80, [3])], at: 2) == ["opened 6/80"])
        #expect(look([(6, 80, [3]), (17, 53, [2])], at: 4) == ["closed 6/22"])
        #expect(look([(6, 80, [3]), (17, 53, [2])], at: 6) == [])
    }

    @Test("a port that all its sockets have left was closed and opened; one that is handed on was not")
    mutating func restarted() {
        #expect(look([(6, 80, [1, 2])], at: 0) == ["found 6/80"])
        #expect(look([(6, 80, [2, 3])], at: 2) == [])
        #expect(look([(6, 80, [4])], at: 4) == ["closed 6/80", "opened 6/80"])
    }

    @Test("a UDP port that the kernel may have chosen is told of once it has lasted")
    mutating func settles() {
        #expect(look([(17, 40000, [1]), (6, 40000, [2])], at: 0) == ["found 6/40000"])
        #expect(look([(17, 40001, [3]), (6, 40000, [2])], at: 20) == [])
        #expect(look([(17, 40001, [3]), (6, 40000, [2])], at: 49) == [])
        #expect(look([(17, 40001, [3]), (6, 40000, [2])], at: 50) == ["opened 17/40001"])
        #expect(look([(6, 40000, [2])], at: 52) == ["closed 17/40001"])
    }

    @Test("drops are those since the last time, by socket")
    func drops() {
        func listener(_ port: UInt16, _ drops: [UInt64: UInt32], queue: UInt64 = 0) -> Listener {
            var listener = Listener(
                key: Listener.Key(transport: 17, address: Bytes.address(0), port: port, interface: 0))
            (listener.drops, listener.queue) = (drops, queue)
            return listener
        }
        var ports = PortDrops()
        #expect(ports.take([listener(53, [1: 100])]).isEmpty)
        let later = ports.take([listener(53, [1: 103, 2: 4]), listener(514, [3: 0], queue: 9), listener(80, [4: 0])])
        #expect(later.map(\.drops) == [7, 0] && later.map(\.listener.key.port) == [53, 514])
        #expect(ports.take([listener(53, [1: 103, 2: 4])]).isEmpty)
    }
}
