import Glibc

/// Numbers of the machine's own byte order in the bytes of a message, by explicit widths. What lies outside is `nil`.
package struct NetlinkBytes: Sendable {
    @usableFromInline let bytes: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    @inlinable package var count: Int { bytes.count }

    @inlinable
    package func number<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T? {
        guard offset >= 0, count >= MemoryLayout<T>.size, offset <= count - MemoryLayout<T>.size else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
    }

    /// The bytes before the first NUL of the `width` bytes at `offset`.
    package func text(_ offset: Int, width: Int) -> [UInt8] {
        Array(bytes.dropFirst(offset).prefix(width).prefix { $0 != 0 })
    }

    /// The bytes from `offset` on, at most `length` of them.
    package func part(_ offset: Int, _ length: Int) -> NetlinkBytes {
        NetlinkBytes(bytes.dropFirst(offset).prefix(length))
    }

    /// Gives `body` the attributes from `offset` on (`struct nlattr`: length, type, content, filled up to four bytes).
    /// One whose length cannot be ends the list.
    package func eachAttribute(from offset: Int = 0, _ body: (_ type: UInt16, _ content: NetlinkBytes) -> Void) {
        var offset = offset
        while let length = number(offset, as: UInt16.self).map({ Int($0) }),
            let type = number(offset + 2, as: UInt16.self), length >= 4, length <= count - offset
        {
            // The two highest bits say what kind of attribute it is (NLA_F_NESTED, NLA_F_NET_BYTEORDER).
            body(type & 0x3fff, part(offset + 4, length - 4))
            offset += (length + 3) & ~3
        }
    }

    /// The attributes from `offset` on.
    package func attributes(from offset: Int = 0) -> [(type: UInt16, content: NetlinkBytes)] {
        var found: [(UInt16, NetlinkBytes)] = []
        eachAttribute(from: offset) { found.append(($0, $1)) }
        return found
    }
}

/// A message of netlink: `struct nlmsghdr` and what follows it.
package struct NetlinkMessage: Sendable {
    /// NLMSG_ERROR and NLMSG_DONE of linux/netlink.h.
    package static let (error, done) = (UInt16(2), UInt16(3))

    package let type: UInt16
    /// What follows the first header.
    package let content: NetlinkBytes

    /// The messages in a datagram; bytes that are none end the list.
    package static func all(in datagram: ArraySlice<UInt8>) -> [NetlinkMessage] {
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

    /// The attributes behind the header of generic netlink (`struct genlmsghdr`).
    package var attributes: [(type: UInt16, content: NetlinkBytes)] { content.attributes(from: 4) }

    /// The error number of an answer or of a dump's end, 0 for done; `nil` if it is neither.
    package var errorNumber: Int32? {
        guard type == Self.error || type == Self.done, let number = content.number(0, as: Int32.self), number != .min
        else { return nil }
        return -min(number, 0)
    }

    /// The bytes of a request for generic netlink with one attribute, which the kernel answers in any case
    /// (NLM_F_REQUEST, NLM_F_ACK).
    package static func request(family: UInt16, command: UInt8, attribute: UInt16, text: String) -> [UInt8] {
        let content = Array(text.utf8) + [0]
        let filled = (content.count + 3) & ~3
        var request = NetlinkRequest(type: family, flags: 1 | 4)
        request.add([command, 1, 0, 0])
        request.add(UInt16(truncatingIfNeeded: 4 + content.count))
        request.add(attribute)
        request.add(content + [UInt8](repeating: 0, count: filled - content.count))
        return request.bytes
    }
}

/// A request in the making: its header, and what is added.
package struct NetlinkRequest: Sendable {
    private var content: [UInt8] = []
    private let type: UInt16
    private let flags: UInt16

    /// A request of `type` with NLM_F_* `flags`.
    package init(type: UInt16, flags: UInt16) {
        self.type = type
        self.flags = flags
    }

    /// Adds a number in the machine's byte order.
    package mutating func add<T: FixedWidthInteger>(_ number: T) {
        withUnsafeBytes(of: number) { content.append(contentsOf: $0) }
    }

    /// Adds bytes as they are.
    package mutating func add(_ bytes: [UInt8]) { content += bytes }

    /// The whole message. The kernel's answers to a socket that asks one thing at a time need no number.
    package var bytes: [UInt8] {
        var whole = NetlinkRequest(type: 0, flags: 0)
        whole.add(UInt32(truncatingIfNeeded: 16 + content.count))
        whole.add(type)
        whole.add(flags)
        whole.add(UInt64(0))
        return whole.content + content
    }
}
