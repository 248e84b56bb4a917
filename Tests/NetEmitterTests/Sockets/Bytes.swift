import ExhaustRuntime

@testable import NetEmitter

/// Messages of sock_diag, made by hand.
enum Bytes {
    static func number<T: FixedWidthInteger>(_ number: T) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

    static func attribute(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
        let filler = [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
        return number(UInt16(4 + content.count)) + number(type) + content + filler
    }

    /// A `struct tcp_info` whose numbers are 0 but for what is given by offset.
    static func info(count: Int = 280, _ words: [Int: UInt32] = [:], long: [Int: UInt64] = [:]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        for (offset, word) in words where offset + 4 <= count {
            bytes.replaceSubrange(offset..<(offset + 4), with: number(word))
        }
        for (offset, word) in long where offset + 8 <= count {
            bytes.replaceSubrange(offset..<(offset + 8), with: number(word))
        }
        return bytes
    }

    /// A `struct inet_diag_msg` of IPv4.
    static func message(
        state: SocketState = .established, local: UInt32 = 0x7f00_0001, localPort: UInt16 = 4000,
        peer: UInt32 = 0xc000_0201, peerPort: UInt16 = 443, cookie: UInt64 = 1, inode: UInt32 = 10,
        queues: (UInt32, UInt32) = (0, 0), attributes: [UInt8] = []
    ) -> [UInt8] {
        let address: (UInt32) -> [UInt8] = { number($0.bigEndian) + [UInt8](repeating: 0, count: 12) }
        return [2, state.rawValue, 0, 0] + number(localPort.bigEndian) + number(peerPort.bigEndian) + address(local)
            + address(peer) + number(UInt32(0)) + number(UInt32(truncatingIfNeeded: cookie))
            + number(UInt32(truncatingIfNeeded: cookie >> 32)) + number(UInt32(0)) + number(queues.0) + number(queues.1)
            + number(UInt32(1000)) + number(inode) + attributes
    }

    static func socket(_ message: [UInt8], transport: UInt8 = SocketTuple.tcp) -> InetSocket? {
        InetSocket(NetlinkBytes(message[...]), transport: transport)
    }

    /// A connection that has sent and received so much, with a round-trip time in microseconds.
    static func connection(
        cookie: UInt64, localPort: UInt16 = 4000, peer: UInt32 = 0xc000_0201, peerPort: UInt16 = 443, sent: UInt64,
        received: UInt64, retransmits: UInt32 = 0, roundTrip: UInt32 = 1000
    ) -> InetSocket? {
        let info = info([68: roundTrip, 100: retransmits, 148: roundTrip / 2], long: [120: sent, 128: received])
        return socket(
            message(
                localPort: localPort, peer: peer, peerPort: peerPort, cookie: cookie, attributes: attribute(2, info)))
    }

    static func owner(pid: Int32) -> SocketOwner {
        SocketOwner(
            ProcessFiles.Details(name: "worker", startTicks: 1, threads: 1, executable: "/bin/worker", userID: 5),
            pid: pid, userName: "games")
    }

    static func address(_ address: UInt32) -> IPAddress { IPAddress(ipv4: address) }
}
