import ExhaustCore
import ExhaustRuntime
import Glibc
import Testing

@testable import SyslogEmitter

@Suite("Live sockets", .serialized, .timeLimit(.minutes(1)))
struct LiveTests {
    @Test("A Unix socket is open to all users, tells who sent, and is removed in the end")
    func unixSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/log"
        let receiver = try LiveReceiver("unix: [\(path)]")
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o666)
        let sender = try Sender(path: path)
        sender.send("<30>Nov 22 07:00:00 nginx[812]: exited on signal 9")
        sender.send("<13>second\n\0")
        try await receiver.receive(2)
        let first = receiver.sink.records[0].data
        #expect(first["network.transport"] == "unix")
        #expect(first["exhaust.sender.pid"] == .int(Int64(getpid())))
        #expect(first["exhaust.sender.uid"] == .int(Int64(getuid())))
        #expect(first["exhaust.sender.gid"] == .int(Int64(getgid())))
        #expect(first["exhaust.sender.executable"] == .string(Self.ownExecutable))
        #expect(first["log.syslog.appname"] == "nginx")
        #expect(first["log.syslog.hostname"] == nil)
        #expect(receiver.sink.messages == ["exited on signal 9", "second"])
        try await receiver.stop()
        #expect(lstat(path, &status) != 0)
    }

    private static var ownExecutable: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test("A dead program's Unix socket is replaced; a living one's, and any other file, is not")
    func existingFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/log"
        do {
            let (socket, _) = try UnixSocketFile.bind(path)
            _ = socket  // closed here, its file stays
        }
        let receiver = try LiveReceiver("unix: [\(path)]")
        let taken = try #require(throws: ExhaustError.self) { _ = try LiveReceiver("unix: [\(path)]") }
        #expect(taken.description.contains("another program listens on the socket"))
        // Its own file is gone and another program's stands there: that one is left alone.
        rename(path, folder.path + "/moved")
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        try await receiver.stop()
        #expect(access(path, F_OK) == 0)
        let file = try #require(throws: ExhaustError.self) { _ = try LiveReceiver("unix: [\(path)]") }
        #expect(file.description.contains("no socket"))
    }

    @Test("A datagram longer than the limit is cut and says so")
    func longDatagram() async throws {
        let folder = try TemporaryFolder()
        let receiver = try LiveReceiver("{unix: [\(folder.path)/log], max_message_bytes: 1000}")
        try Sender(path: folder.path + "/log").send("<13>app: " + String(repeating: "x", count: 5000))
        try await receiver.receive(1)
        #expect(receiver.sink.records[0].data["exhaust.truncated"] == true)
        #expect(receiver.sink.records[0].data["exhaust.original_length"] == 5009)
        #expect(receiver.sink.messages[0].utf8.count == 991)
        try await receiver.stop()
    }

    @Test("UDP and TCP are heard on IPv4", arguments: [false])
    func ipv4(ipv6: Bool) async throws { try await network(ipv6: ipv6) }

    @Test("UDP and TCP are heard on IPv6")
    func ipv6() async throws {
        do {
            _ = try Sender(SOCK_DGRAM, port: 9, ipv6: true)
        } catch {
            print("skipped: no IPv6 loopback here (\(error))")
            return
        }
        try await network(ipv6: true)
    }

    private func network(ipv6: Bool) async throws {
        let host = ipv6 ? "[::1]" : "127.0.0.1"
        let receiver = try LiveReceiver("{unix: [], udp: [\"\(host):0\"], tcp: [\"\(host):0\"]}")
        let udp = try Sender(SOCK_DGRAM, port: receiver.port(0), ipv6: ipv6)
        udp.send("<13>Nov 22 07:00:00 web-01 app: by UDP\nwith a line end within")
        try await receiver.receive(1)
        let tcp = try Sender(SOCK_STREAM, port: receiver.port(1), ipv6: ipv6)
        tcp.send("<13>Nov 22 07:00:00 web-01 app: by TCP\n22 <13>app: octet-")
        tcp.send("countedcut sh")
        tcp.finish()
        try await receiver.receive(4)
        #expect(receiver.sink.messages == ["by UDP\nwith a line end within", "by TCP", "octet-counted", "cut sh"])
        #expect(receiver.sink.records[0].data["network.transport"] == "udp")
        #expect(receiver.sink.records[1].data["network.transport"] == "tcp")
        for record in receiver.sink.records {
            #expect(record.data["client.address"] == .string(ipv6 ? "::1" : "127.0.0.1"))
        }
        try await receiver.stop()
    }

    @Test("Two hundred connections are heard at once, each in its order")
    func manyConnections() async throws {
        let receiver = try LiveReceiver("{unix: [], tcp: [\"127.0.0.1:0\"]}")
        let senders = try (0..<200).map { _ in try Sender(SOCK_STREAM, port: receiver.port()) }
        for round in 0..<10 {
            for (index, sender) in senders.enumerated() { sender.send("<13>c\(index): \(round)\n") }
        }
        try await receiver.receive(2000)
        for index in senders.indices {
            let own = receiver.sink.records.filter { $0.data["log.syslog.appname"] == .string("c\(index)") }
            #expect(own.compactMap { $0.data["message"]?.string } == (0..<10).map(String.init))
        }
        try await receiver.stop()
    }

    @Test("Several receivers share an address: all of each sender arrives, in order")
    func receivers() async throws {
        let port = try ListenAddress("127.0.0.1:0")?.bind(SOCK_STREAM).first?.boundAddress?.port ?? 0
        let receiver = try LiveReceiver(
            "{unix: [], tcp: [\"127.0.0.1:\(port)\"], udp: [\"127.0.0.1:\(port)\"], receivers: 3}")
        let senders = try (0..<20).map { try Sender($0 < 10 ? SOCK_STREAM : SOCK_DGRAM, port: UInt16(port)) }
        for round in 0..<100 {
            for (index, sender) in senders.enumerated() { sender.send("<13>s\(index): \(round)\n") }
        }
        try await receiver.receive(2000)
        for index in senders.indices {
            let own = receiver.sink.records.filter { $0.data["log.syslog.appname"] == .string("s\(index)") }
            #expect(own.compactMap { $0.data["message"]?.string } == (0..<100).map(String.init))
        }
        try await receiver.stop()
    }

    @Test("Connections beyond the limit are closed, and room is made when one ends")
    func connectionLimit() async throws {
        let receiver = try LiveReceiver("{unix: [], tcp: [\"127.0.0.1:0\"], max_connections: 2}")
        let first = try Sender(SOCK_STREAM, port: receiver.port())
        let second = try Sender(SOCK_STREAM, port: receiver.port())
        first.send("<13>one\n")
        second.send("<13>two\n")
        try await receiver.receive(2)
        let third = try Sender(SOCK_STREAM, port: receiver.port())
        try await until { third.isClosedByPeer }
        #expect(receiver.counters.snapshot["syslog.connections_refused"] == 1)
        first.finish()
        try await until { first.isClosedByPeer }
        let fourth = try Sender(SOCK_STREAM, port: receiver.port())
        fourth.send("<13>four\n")
        try await receiver.receive(3)
        try await receiver.stop()
    }
}
