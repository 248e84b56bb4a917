import ExhaustCore
import ExhaustRuntime
import Glibc

/// What rtnetlink(7) can be asked and what it tells (linux/rtnetlink.h).
enum RouteNetlink {
    /// NETLINK_ROUTE.
    static let family: Int32 = 0
    /// RTM_NEW* and RTM_DEL* of what is watched.
    static let (newLink, removedLink): (UInt16, UInt16) = (16, 17)
    static let (newAddress, removedAddress): (UInt16, UInt16) = (20, 21)
    static let (newRoute, removedRoute): (UInt16, UInt16) = (24, 25)
    static let (newNeighbour, removedNeighbour): (UInt16, UInt16) = (28, 29)
    /// RTNLGRP_LINK, _NEIGH, and those of addresses and routes of IPv4 and IPv6.
    static let groups: [UInt32] = [1, 3, 5, 9, 7, 11]

    /// Asks for all there is of one kind (NLM_F_REQUEST, NLM_F_DUMP), with a header of `size` zero bytes: any family.
    static func dump(_ new: UInt16, header size: Int) -> [UInt8] {
        // RTM_GET* is two after RTM_NEW*.
        var request = NetlinkRequest(type: new + 2, flags: 0x301)
        request.add([UInt8](repeating: 0, count: size))
        return request.bytes
    }

    static let dumpLinks = dump(newLink, header: 16)
    static let dumpAddresses = dump(newAddress, header: 8)
    static let dumpRoutes = dump(newRoute, header: 12)
    static let dumpNeighbours = dump(newNeighbour, header: 12)
}

extension NetlinkBytes {
    /// All bytes.
    var array: [UInt8] { (0..<count).compactMap { number($0, as: UInt8.self) } }

    /// A link-layer address such as `52:54:00:12:34:56`; `nil` where there is none.
    var macText: String? {
        guard count > 0 else { return nil }
        return array.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    /// An IP address of `family`; `nil` if these bytes are none.
    func address(family: UInt8) -> IPAddress? {
        func word(_ offset: Int) -> UInt64? { number(offset, as: UInt64.self).map { UInt64(bigEndian: $0) } }
        switch (Int32(family), count) {
        case (AF_INET, 4): return number(0, as: UInt32.self).map { IPAddress(ipv4: UInt32(bigEndian: $0)) }
        case (AF_INET6, 16): return word(0).flatMap { high in word(8).map { IPAddress(ipv6: high, $0) } }
        default: return nil
        }
    }
}

extension IPAddress {
    /// As `network.type` has it.
    var type: Value { isIPv4 ? "ipv4" : "ipv6" }
}
