import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@testable import NetEmitter

@Suite("sockets beside ss", .enabled(if: NetworkNamespace.isPermitted, "needs root, to make a network namespace"))
struct SocketLiveTests {
    /// What is compared by itself, or not kept.
    private static let passedOver: Set<String> = ["timer/", "cgroup", "v6only", "fwmark"]

    private static func dump() throws -> [UInt64: InetSocket] {
        let diagnostics = try SocketDiagnostics()
        var sockets: [UInt64: InetSocket] = [:]
        for transport in [SocketTuple.tcp, SocketTuple.udp] {
            try diagnostics.dump(transport: transport, [.info, .memory, .congestionControl]) {
                sockets[$0.cookie] = $0
            }
        }
        return sockets
    }

    /// Connections of all kinds that one thread can make: with data, mapped, half closed, waiting, unanswered.
    private static func makeSockets() throws -> [TestSocket] {
        let listener = try TestSocket(bind: "127.0.0.1").listen()
        let both = try TestSocket(AF_INET6, bind: "::").listen(backlog: 5)
        var kept = [listener, both]
        for (index, server) in [listener, listener, both, both].enumerated() {
            let client = try TestSocket(index == 3 ? AF_INET6 : AF_INET)
            try client.connect(index == 3 ? "::1" : "127.0.0.1", server.port)
            let accepted = try server.accept()
            client.send(5000 + index)
            accepted.receive(4000)
            accepted.send(70)
            if index == 1 { shutdown(client.descriptor, Int32(SHUT_WR)) }
            kept += [client, accepted]
        }
        let waiting = try TestSocket()
        try waiting.connect("127.0.0.1", listener.port)
        let unanswered = try TestSocket()
        try unanswered.connect("10.9.0.2", 81)
        let datagrams = try TestSocket(AF_INET, SOCK_DGRAM, bind: "127.0.0.1")
        let connected = try TestSocket(AF_INET6, SOCK_DGRAM)
        try connected.connect("::1", 5353)
        // Somebody closes both ends: TIME_WAIT.
        do {
            let client = try TestSocket()
            try client.connect("127.0.0.1", both.port)
            _ = try both.accept()
        }
        return kept + [waiting, unanswered, datagrams, connected, try TestSocket(AF_INET6, SOCK_DGRAM, bind: "::")]
    }

    @Test("what sock_diag says equals ss -tuainpmeHO, field by field")
    func equalsStatistics() async throws {
        try await NetworkNamespace.run {
            let kept = try Self.makeSockets()
            // Acknowledgements may wait for 40 ms.
            try await Task.sleep(for: .milliseconds(150))
            let before = try Self.dump()
            var lines: [SocketStatistics] = []
            for kind in ["-tainpmeHO", "-uainpmeHO"] {
                let output = try await ChildProcess.run(["ss", kind])
                lines += output.split(separator: "\n").compactMap { SocketStatistics($0) }
            }
            let after = try Self.dump()
            #expect(lines.count == before.count && before.count >= 17, "\(lines.count) \(before.count)")
            #expect(Set(lines.map(\.state)).isSuperset(of: ["ESTAB", "LISTEN", "UNCONN", "TIME-WAIT", "SYN-SENT"]))
            var compared = 0
            for line in lines {
                let cookie = UInt64(line.values["sk"] ?? 0)
                let (first, last) = (try #require(before[cookie]), try #require(after[cookie]))
                compared += Self.compare(line, first, last)
                let isMine = first.inode != 0
                #expect(line.pids == (isMine ? [getpid()] : []), "\(line)")
            }
            print("\(lines.count) sockets, \(compared) numbers equal")
            #expect(compared > 400)
            _ = kept.count
        }
    }

    /// Compares a line of ss with what was read before and after it; gives how many numbers it compared.
    private static func compare(_ line: SocketStatistics, _ first: InetSocket, _ last: InetSocket) -> Int {
        #expect(line.state == SocketStatistics.state(first))
        #expect(line.local == SocketStatistics.address(first, isLocal: true))
        #expect(line.peer == SocketStatistics.address(first, isLocal: false))
        #expect(line.receiveQueue == Double(first.receiveQueue) && line.sendQueue == Double(first.sendQueue))
        if let name = first.congestionControl { #expect(line.words.contains(name) || line.values[name] != nil) }
        if first.timer == 3 || first.timer == 1 { #expect(line.values.keys.contains("timer/")) }
        #expect(line.words.contains("app_limited") == (first.info?.isApplicationLimited ?? false))
        #expect(line.words.contains("ts") == ((first.info?.options ?? 0) & 1 != 0))
        #expect(line.words.contains("sack") == ((first.info?.options ?? 0) & 2 != 0))
        let (low, high) = (SocketStatistics.values(first), SocketStatistics.values(last))
        var count = 0
        for (name, value) in line.values where !passedOver.contains(name) {
            guard let one = low[name], let other = high[name] else {
                Issue.record("ss says \(name):\(value), which we do not know: \(line)")
                continue
            }
            // ss prints six digits.
            let slack = max(abs(value) * 1e-5, 1e-6)
            // What counts time goes on between the looks, and so do the timers of what is unanswered.
            let isBetween = value >= min(one, other) - slack && value <= max(one, other) + slack
            #expect(isBetween, "\(name): ss \(value), ours \(one), \(other)")
            count += 1
        }
        return count
    }

    @Test("ports are opened and closed, short connections are counted with their process")
    func monitored() async throws {
        try await NetworkNamespace.run {
            let owners = try SocketOwners()
            let diagnostics = try SocketDiagnostics()
            let closed = try ClosedSockets()
            var look = SocketLook(
                SocketSettings(), owners: owners, transports: [SocketTuple.tcp, SocketTuple.udp], hearsOfClosed: true)
            defer { look.close() }
            func next(summarizes: Bool = false) throws -> [TelemetryRecord] {
                while case .sockets(let sockets) = try closed.receive() {
                    for socket in sockets { look.close(socket, now: .now()) }
                }
                return try look.look(diagnostics, summarizes: summarizes, now: .now())
            }
            #expect(try next().isEmpty)
            var listener: TestSocket? = try TestSocket(bind: "127.0.0.1").listen()
            let port = try #require(listener?.port)
            let first = try next().first
            let opened = try #require(first?.data)
            #expect(opened["event.action"] == "listen.opened" && opened["network.local.port"] == .int(Int64(port)))
            #expect(opened["process.pid"] == .int(Int64(getpid())) && opened["process.user.name"] == "root")
            for _ in 0..<20 {
                let client = try TestSocket()
                try client.connect("127.0.0.1", port)
                let server = try #require(try listener?.accept())
                client.send(1000)
                server.receive(1000)
            }
            for _ in 0..<3 { try TestSocket().connect("127.0.0.1", 1) }
            let long = try TestSocket()
            try long.connect("127.0.0.1", port)
            let served = try #require(try listener?.accept())
            long.send(500)
            _ = try next()
            long.send(250)
            // The kernel tells of closed sockets by a work queue.
            try await Task.sleep(for: .milliseconds(50))
            let records = try next(summarizes: true).filter { $0.type == .netConnections }.map(\.data)
            let ingress = try #require(records.first { $0["network.local.port"] == .int(Int64(port)) })
            #expect(ingress["exhaust.net.received_bytes"]?.int.map { 20_750...20_772 ~= $0 } == true, "\(ingress)")
            #expect(ingress["exhaust.net.opened"] == 21 && ingress["process.pid"] == .int(Int64(getpid())))
            let refused = records.first { $0["network.peer.port"] == 1 }
            #expect(refused?["exhaust.net.failed"] == 3, "\(records)")
            _ = served.descriptor
            listener = nil
            #expect(try next().first?.data["event.action"] == "listen.closed")
        }
    }

    @Test("the owner of a conversation that has just begun is found at once, and known when it is over")
    func asked() async throws {
        try await NetworkNamespace.run {
            let owners = try SocketOwners()
            let diagnostics = try SocketDiagnostics()
            var look = SocketLook(
                SocketSettings(), owners: owners, transports: [SocketTuple.tcp, SocketTuple.udp], hearsOfClosed: true)
            defer { look.close() }
            _ = try look.look(diagnostics, summarizes: false, now: .now())
            let (localhost, here) = (IPAddress(ipv4: 0x7f00_0001), IPAddress(ipv4: 0x0a09_0001))
            let server = try TestSocket(bind: "127.0.0.1").listen()
            let client = try TestSocket()
            try client.connect("127.0.0.1", server.port)
            let datagram = try TestSocket(AF_INET, SOCK_DGRAM, bind: "0.0.0.0")
            let tuples = [
                SocketTuple(
                    transport: 6, local: localhost, localPort: client.port, peer: localhost, peerPort: server.port),
                SocketTuple(
                    transport: 17, local: here, localPort: datagram.port, peer: IPAddress(ipv4: 0x0a09_0002),
                    peerPort: 53),
            ]
            for tuple in tuples { owners.ask(tuple) }
            look.answer(owners.takeQuestions(), diagnostics, now: .now())
            for tuple in tuples { #expect(owners.owner(of: tuple)?.pid == getpid(), "\(tuple)") }
        }
    }
}
