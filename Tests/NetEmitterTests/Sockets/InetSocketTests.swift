import ExhaustCore
import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("messages of sock_diag")
struct InetSocketTests {
    private static let attributes =
        Bytes.attribute(2, Bytes.info([68: 1500], long: [120: 1 << 40])) + Bytes.attribute(4, Array("cubic".utf8) + [0])
        + Bytes.attribute(7, (1...9).flatMap { Bytes.number(UInt32($0)) }) + Bytes.attribute(8, [3])
        + Bytes.attribute(21, Bytes.number(UInt64(77))) + Bytes.attribute(99, [1, 2, 3])

    @Test("a message is read as what it says")
    func whole() throws {
        let message = Bytes.message(
            cookie: 7 << 32 | 9, queues: (5, 6), attributes: Self.attributes)
        let socket = try #require(Bytes.socket(message))
        #expect(socket.tuple.local == Bytes.address(0x7f00_0001) && socket.tuple.localPort == 4000)
        #expect(socket.tuple.peer == Bytes.address(0xc000_0201) && socket.tuple.peerPort == 443)
        #expect(socket.cookie == 7 << 32 | 9 && socket.inode == 10 && socket.userID == 1000)
        #expect(socket.receiveQueue == 5 && socket.sendQueue == 6 && socket.shutdown == 3)
        #expect(socket.info?.roundTrip == 1500 && socket.info?.bytesAcknowledged == 1 << 40)
        #expect(socket.congestionControl == "cubic" && socket.controlGroup == 77)
        #expect(socket.memory?.received == 1 && socket.memory?.drops == 9)
    }

    @Test("an IPv4-mapped address is IPv4, another is not, and other families are none")
    func mapped() throws {
        var bytes = Bytes.message()
        bytes[0] = 10
        bytes.replaceSubrange(8..<24, with: [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 10, 0, 0, 1])
        bytes.replaceSubrange(24..<40, with: [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])
        let socket = try #require(Bytes.socket(bytes))
        #expect(socket.tuple.local == Bytes.address(0x0a00_0001))
        #expect(socket.tuple.peer.description == "2001:db8::1")
        bytes[0] = 1
        #expect(Bytes.socket(bytes) == nil)
    }

    @Test("numbers that a kernel does not know are nil, whatever the length")
    func lengths() throws {
        for count in 0...300 {
            let socket = try #require(
                Bytes.socket(Bytes.message(attributes: Bytes.attribute(2, Bytes.info(count: count)))))
            let info = try #require(socket.info)
            #expect(info.count == count)
            #expect((info.roundTrip != nil) == (count >= 72) && (info.bytesAcknowledged != nil) == (count >= 128))
            #expect((info.deliveryRate != nil) == (count >= 168) && (info.sendWindow != nil) == (count >= 232))
        }
    }

    @Test("malformed messages never end the program")
    func survivesMutations() {
        let original = Bytes.message(attributes: Self.attributes)
        for count in 0..<72 { #expect(Bytes.socket(Array(original.prefix(count))) == nil) }
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            // What it gives is of no interest.
            let socket = Bytes.socket(bytes)
            _ = socket?.info.map { (TCPCounters($0), TCPQuality($0)) }
            _ = ConntrackEntry(NetlinkBytes(bytes[...]))
        }
    }

    @Test("states have OpenTelemetry's names, and unknown ones their number")
    func states() {
        #expect((0...14).map { SocketState(rawValue: $0).name }.first == "state_0")
        #expect(SocketState(rawValue: 1).name == "established" && SocketState(rawValue: 10).name == "listen")
        #expect(SocketState(rawValue: 6).name == "time_wait" && SocketState(rawValue: 200).name == "state_200")
    }
}
