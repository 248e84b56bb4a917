import ExhaustRuntime

/// A socket as sock_diag tells of it: `struct inet_diag_msg` of linux/inet_diag.h and its attributes.
struct InetSocket: Sendable {
    /// Bytes of `struct inet_diag_msg`.
    static let size = 72
    /// INET_DIAG_* of the attributes.
    private enum Attribute {
        static let info: UInt16 = 2
        static let congestion: UInt16 = 4
        static let trafficMemory: UInt16 = 7
        static let shutdown: UInt16 = 8
        static let transport: UInt16 = 10
        static let isIPv6Only: UInt16 = 11
        static let controlGroup: UInt16 = 21
    }

    /// AF_INET or AF_INET6.
    var family: UInt8
    var state: SocketState
    /// 0 none, 1 retransmission, 2 keep-alive, 3 TIME_WAIT, 4 window probe.
    var timer: UInt8
    var retransmits: UInt8
    var tuple: SocketTuple
    /// The interface that it is bound to; 0 for none.
    var interface: UInt32
    /// Names the socket for as long as the machine runs.
    var cookie: UInt64
    var expiresMilliseconds: UInt32
    /// Bytes that wait; of a listening socket, connections that wait for accept(2), and how many may.
    var receiveQueue: UInt32
    var sendQueue: UInt32
    var userID: UInt32
    /// 0 where no process has it: TIME_WAIT, connections that were not accepted yet or are closed already.
    var inode: UInt32
    var info: TCPInfo?
    var congestionControl: String?
    var memory: SocketMemory?
    var shutdown: UInt8?
    var isIPv6Only: Bool?
    /// The number of the control group (version 2) in which it was made.
    var controlGroup: UInt64?

    /// Reads a message's content. `nil` if it is too short, or of another family.
    init?(_ bytes: NetlinkBytes, transport: UInt8) {
        guard bytes.count >= Self.size, let family: UInt8 = bytes.number(0), family == 2 || family == 10 else {
            return nil
        }
        // Within the length that was just checked.
        func word(_ offset: Int) -> UInt32 { bytes.number(offset) ?? 0 }
        self.family = family
        state = SocketState(rawValue: bytes.number(1) ?? 0)
        timer = bytes.number(2) ?? 0
        retransmits = bytes.number(3) ?? 0
        tuple = SocketTuple(
            transport: transport, local: Self.address(bytes, 8, family),
            localPort: UInt16(bigEndian: bytes.number(4) ?? 0), peer: Self.address(bytes, 24, family),
            peerPort: UInt16(bigEndian: bytes.number(6) ?? 0))
        interface = word(40)
        cookie = UInt64(word(48)) << 32 | UInt64(word(44))
        expiresMilliseconds = word(52)
        receiveQueue = word(56)
        sendQueue = word(60)
        userID = word(64)
        inode = word(68)
        bytes.eachAttribute(from: Self.size) { type, content in
            switch type {
            case Attribute.info: info = TCPInfo(content)
            case Attribute.congestion:
                congestionControl = String(decoding: content.text(0, width: content.count), as: UTF8.self)
            case Attribute.trafficMemory: memory = SocketMemory(content)
            case Attribute.shutdown: shutdown = content.number(0)
            case Attribute.transport: tuple.transport = content.number(0) ?? transport
            case Attribute.isIPv6Only: isIPv6Only = content.number(0, as: UInt8.self).map { $0 != 0 }
            case Attribute.controlGroup: controlGroup = content.number(0)
            default: break
            }
        }
    }

    private static func address(_ bytes: NetlinkBytes, _ offset: Int, _ family: UInt8) -> IPAddress {
        if family == 2 { return IPAddress(ipv4: UInt32(bigEndian: bytes.number(offset) ?? 0)) }
        let (high, low) = (
            UInt64(bigEndian: bytes.number(offset) ?? 0), UInt64(bigEndian: bytes.number(offset + 8) ?? 0)
        )
        let isMapped = high == 0 && low >> 32 == 0xffff
        return isMapped ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : IPAddress(ipv6: high, low)
    }

    /// Whether it waits for whoever comes: a listening TCP socket, or a UDP socket without a peer.
    var isListener: Bool {
        tuple.localPort != 0 && (tuple.transport == SocketTuple.tcp ? state == .listen : state == .closed)
    }
}

/// What a socket holds in memory (SK_MEMINFO_* of linux/sock_diag.h), in bytes but for the drops. Numbers that the
/// kernel does not know are 0.
struct SocketMemory: Sendable, Hashable {
    var received: UInt32
    var receiveLimit: UInt32
    var sending: UInt32
    var sendLimit: UInt32
    var forwardAllocated: UInt32
    var queued: UInt32
    var options: UInt32
    var backlog: UInt32
    /// Datagrams, or connections of a listening socket, that did not fit; modulo 2^32.
    var drops: UInt32

    init(_ bytes: NetlinkBytes) {
        func word(_ index: Int) -> UInt32 { bytes.number(index * 4) ?? 0 }
        (received, receiveLimit, sending, sendLimit) = (word(0), word(1), word(2), word(3))
        (forwardAllocated, queued, options, backlog, drops) = (word(4), word(5), word(6), word(7), word(8))
    }
}
