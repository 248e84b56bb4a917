import ExhaustCore
import ExhaustRuntime
import Glibc

/// A route (RTM_NEWROUTE: `struct rtmsg`, RTA_* of linux/rtnetlink.h).
struct Route: NetworkEntity {
    struct Key: Hashable, Sendable {
        let isIPv4: Bool
        let destination: String
        let table: UInt32
        let priority: UInt32
        let typeOfService: UInt8
    }

    /// Where packets go next.
    struct Hop: Hashable, Sendable {
        var gateway: IPAddress?
        var interface: Int32?
        var interfaceName: String?
    }

    private static let types: [UInt8: String] = [
        1: "unicast", 6: "blackhole", 7: "unreachable", 8: "prohibit", 9: "throw",
    ]
    private static let protocols: [UInt8: String] = [
        1: "redirect", 2: "kernel", 3: "boot", 4: "static", 9: "ra", 11: "zebra", 12: "bird", 16: "dhcp",
        18: "keepalived", 42: "babel", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
    ]
    /// RT_TABLE_LOCAL, which follows the addresses; RTM_F_CLONED: what was learnt of one destination.
    private static let (localTable, cloned): (UInt32, UInt32) = (255, 0x200)

    let key: Key
    let type: String
    let origin: String
    var hops: [Hop]

    /// The route that a message describes; `nil` if it tells of something else, or of one that follows from others.
    init?(_ content: NetlinkBytes, name: (Int32) -> String?) {
        guard let family = content.number(0, as: UInt8.self), [AF_INET, AF_INET6].contains(Int32(family)),
            let length = content.number(1, as: UInt8.self), let service = content.number(3, as: UInt8.self),
            var table = content.number(4, as: UInt8.self).map({ UInt32($0) }),
            let origin = content.number(5, as: UInt8.self),
            let type = content.number(7, as: UInt8.self).flatMap({ Self.types[$0] }),
            let flags = content.number(8, as: UInt32.self), flags & Self.cloned == 0
        else { return nil }
        var destination: IPAddress?
        var priority: UInt32 = 0
        var hops: [Hop] = []
        content.eachAttribute(from: 12) { type, value in
            switch type {
            case 1: destination = value.address(family: family)
            case 6: priority = value.number(0) ?? 0
            case 9: hops = Self.hops(value, family, name)
            case 15: table = value.number(0) ?? table
            default: break
            }
        }
        guard table != Self.localTable else { return nil }
        let hop = Self.hop(content, from: 12, family, name)
        self.hops = hops.isEmpty && hop != Hop() ? [hop] : hops
        let text = length == 0 ? "default" : "\(destination?.description ?? "")/\(length)"
        key = Key(
            isIPv4: Int32(family) == AF_INET, destination: text, table: table, priority: priority,
            typeOfService: service)
        self.type = type
        self.origin = Self.protocols[origin] ?? "\(origin)"
    }

    /// RTA_OIF, RTA_GATEWAY, RTA_VIA (a gateway of the other family).
    private static func hop(
        _ content: NetlinkBytes, from offset: Int, _ family: UInt8, _ name: (Int32) -> String?
    ) -> Hop {
        var hop = Hop()
        content.eachAttribute(from: offset) { type, value in
            switch type {
            case 4:
                hop.interface = value.number(0)
                hop.interfaceName = hop.interface.flatMap(name)
            case 5: hop.gateway = value.address(family: family)
            case 18:
                let family = value.number(0, as: UInt16.self).flatMap { UInt8(exactly: $0) }
                hop.gateway = family.flatMap { value.part(2, value.count - 2).address(family: $0) }
            default: break
            }
        }
        return hop
    }

    /// RTA_MULTIPATH: each a `struct rtnexthop` with attributes behind it.
    private static func hops(_ list: NetlinkBytes, _ family: UInt8, _ name: (Int32) -> String?) -> [Hop] {
        var (hops, offset): ([Hop], Int) = ([], 0)
        while let length = list.number(offset, as: UInt16.self).map({ Int($0) }), length >= 8,
            length <= list.count - offset, let interface = list.number(offset + 4, as: Int32.self)
        {
            var hop = hop(list.part(offset, length), from: 8, family, name)
            (hop.interface, hop.interfaceName) = (interface, name(interface))
            hops.append(hop)
            offset += (length + 3) & ~3
        }
        return hops
    }

    static var subject: NetworkSubject { .route }

    var identity: ValueMap {
        [
            "network.type": key.isIPv4 ? "ipv4" : "ipv6", "exhaust.net.destination": .string(key.destination),
            "exhaust.net.table": .int(Int64(key.table)), "exhaust.net.priority": .int(Int64(key.priority)),
        ]
    }

    var attributes: ValueMap {
        var data: ValueMap = ["exhaust.net.route_type": .string(type), "exhaust.net.origin": .string(origin)]
        if hops.count == 1 {
            data["exhaust.net.gateway"] = hops[0].gateway.map { .string($0.description) }
            data["network.interface.name"] = hops[0].interfaceName.map { .string($0) }
        } else if !hops.isEmpty {
            data["exhaust.net.hops"] = .list(
                hops.map { hop in
                    var data = ValueMap()
                    data["exhaust.net.gateway"] = hop.gateway.map { .string($0.description) }
                    data["network.interface.name"] = hop.interfaceName.map { .string($0) }
                    return .map(data)
                })
        }
        return data
    }

    /// Without a default route little works.
    var isMissed: Bool { key.destination == "default" && type == "unicast" }
}
