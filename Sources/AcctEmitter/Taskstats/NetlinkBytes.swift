import Glibc

/// Numbers of the machine's own byte order in the bytes of a message, by explicit widths. What lies outside is `nil`.
struct NetlinkBytes: Sendable {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var count: Int { bytes.count }

    func number<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T? {
        guard offset >= 0, count >= MemoryLayout<T>.size, offset <= count - MemoryLayout<T>.size else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
    }

    /// The bytes before the first NUL of the `width` bytes at `offset`.
    func text(_ offset: Int, width: Int) -> [UInt8] {
        Array(bytes.dropFirst(offset).prefix(width).prefix { $0 != 0 })
    }

    func part(_ offset: Int, _ length: Int) -> NetlinkBytes { NetlinkBytes(bytes.dropFirst(offset).prefix(length)) }

    /// The attributes from `offset` on (`struct nlattr`: length, type, content, filled up to four bytes). One whose
    /// length cannot be ends the list.
    func attributes(from offset: Int = 0) -> [(type: UInt16, content: NetlinkBytes)] {
        var (found, offset): ([(UInt16, NetlinkBytes)], Int) = ([], offset)
        while let length = number(offset, as: UInt16.self).map({ Int($0) }),
            let type = number(offset + 2, as: UInt16.self), length >= 4, length <= count - offset
        {
            // The two highest bits say what kind of attribute it is (NLA_F_NESTED, NLA_F_NET_BYTEORDER).
            found.append((type & 0x3fff, part(offset + 4, length - 4)))
            offset += (length + 3) & ~3
        }
        return found
    }
}

/// A message of generic netlink: `struct nlmsghdr`, `struct genlmsghdr`, attributes.
struct NetlinkMessage: Sendable {
    /// NLMSG_ERROR of linux/netlink.h.
    static let error: UInt16 = 2

    let type: UInt16
    /// What follows the first header.
    let content: NetlinkBytes

    /// The messages in a datagram; bytes that are none end the list.
    static func all(in datagram: ArraySlice<UInt8>) -> [NetlinkMessage] {
        let bytes = NetlinkBytes(datagram)
        var (messages, offset): ([NetlinkMessage], Int) = ([], 0)
        while let length = bytes.number(offset, as: UInt32.self).flatMap({ Int(exactly: $0) }),
            let type = bytes.number(offset + 4, as: UInt16.self), length >= 16, length <= bytes.count - offset
        {
            messages.append(NetlinkMessage(type: type, content: bytes.part(offset + 16, length - 16)))
            offset += (length + 3) & ~3
        }
        return messages
    }

    /// The attributes behind the header of generic netlink.
    var attributes: [(type: UInt16, content: NetlinkBytes)] { content.attributes(from: 4) }

    /// The error number of an answer, 0 for done; `nil` if it is none.
    var errorNumber: Int32? {
        guard type == Self.error, let number = content.number(0, as: Int32.self), number != .min else { return nil }
        return -number
    }

    /// The bytes of a request with one attribute, which the kernel answers in any case (NLM_F_REQUEST, NLM_F_ACK).
    static func request(family: UInt16, command: UInt8, attribute: UInt16, text: String) -> [UInt8] {
        let content = Array(text.utf8) + [0]
        let filled = (content.count + 3) & ~3
        var bytes: [UInt8] = []
        func add<T: FixedWidthInteger>(_ number: T) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
        add(UInt32(truncatingIfNeeded: 16 + 4 + 4 + filled))
        add(family)
        add(UInt16(1 | 4))
        add(UInt32(0))
        add(UInt32(0))
        bytes += [command, 1, 0, 0]
        add(UInt16(truncatingIfNeeded: 4 + content.count))
        add(attribute)
        return bytes + content + [UInt8](repeating: 0, count: filled - content.count)
    }
}
