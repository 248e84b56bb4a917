import ExhaustRuntime

@testable import NetEmitter

/// Messages of rtnetlink, made by hand.
enum RouteMessages {
    static func bytes<T: FixedWidthInteger>(_ number: T) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

    static func attribute(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
        bytes(UInt16(4 + content.count)) + bytes(type) + content + [UInt8](repeating: 0, count: -content.count & 3)
    }

    static func message(_ type: UInt16, _ content: [UInt8]) -> NetlinkMessage {
        var request = NetlinkRequest(type: type, flags: 0)
        request.add(content)
        return NetlinkMessage.all(in: request.bytes[...])[0]
    }

    /// `struct ifinfomsg`.
    static func link(index: Int32, flags: UInt32, family: UInt8 = 0) -> [UInt8] {
        [family, 0] + bytes(UInt16(1)) + bytes(index) + bytes(flags) + bytes(UInt32.max)
    }

    static func link(
        index: Int32 = 2, name: String = "eth0", flags: UInt32 = 0x10043, mtu: UInt32 = 1500, mac: UInt8 = 1
    ) -> [UInt8] {
        link(index: index, flags: flags) + attribute(3, Array(name.utf8) + [0]) + attribute(4, bytes(mtu))
            + attribute(1, [2, 0, 0, 0, 0, mac]) + attribute(16, [flags & 0x10000 != 0 ? 6 : 2])
    }

    /// `struct ifaddrmsg` with the flags as an attribute.
    static func address(_ address: [UInt8], index: Int32 = 2, length: UInt8 = 24, flags: UInt32 = 0x80) -> [UInt8] {
        [address.count == 4 ? 2 : 10, length, 0, 0] + bytes(index) + attribute(1, address)
            + attribute(8, bytes(flags))
    }

    /// `struct rtmsg`.
    static func route(
        to destination: [UInt8] = [], length: UInt8 = 0, via gateway: [UInt8] = [10, 1, 0, 254], table: UInt8 = 254,
        type: UInt8 = 1, flags: UInt32 = 0, metric: UInt32 = 0
    ) -> [UInt8] {
        [gateway.count == 4 ? 2 : 10, length, 0, 0, table, 4, 0, type] + bytes(flags)
            + (destination.isEmpty ? [] : attribute(1, destination)) + attribute(5, gateway)
            + attribute(4, bytes(Int32(2))) + attribute(6, bytes(metric))
    }

    /// `struct ndmsg`.
    static func neighbour(_ address: [UInt8], mac: UInt8?, state: UInt16) -> [UInt8] {
        [address.count == 4 ? 2 : 10, 0, 0, 0] + bytes(Int32(2)) + bytes(state) + [0, 1] + attribute(1, address)
            + (mac.map { attribute(2, [2, 0, 0, 0, 0, $0]) } ?? [])
    }
}
