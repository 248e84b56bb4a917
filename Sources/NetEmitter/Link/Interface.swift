package import ExhaustCore
import ExhaustRuntime
import Glibc

/// A network interface, as the kernel describes it (RTM_NEWLINK: `struct ifinfomsg`, IFLA_* of linux/if_link.h).
package struct Interface: Sendable, Hashable {
    package let index: Int32
    package let name: String
    /// ARPHRD_*.
    let hardwareType: UInt16
    /// IFF_*.
    let flags: UInt32
    var mtu: Int64?
    var mac: String?
    /// RFC 2863's state.
    var state = "unknown"
    /// How many want it to receive what is addressed to others.
    var promiscuity: UInt32 = 0
    /// The interface below it, in the same namespace.
    package var lower: Int32?
    /// The bridge or bond that it is part of.
    package var master: Int32?
    /// The driver's word, such as `veth`; real devices have none.
    package var kind: String?

    private static let states = ["unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"]

    /// The interface that a message describes; `nil` if it tells of something else.
    init?(_ content: NetlinkBytes) {
        // Of family AF_BRIDGE: what a bridge says of its ports.
        guard content.number(0, as: UInt8.self) == 0, let hardwareType = content.number(2, as: UInt16.self),
            let index = content.number(4, as: Int32.self), let flags = content.number(8, as: UInt32.self)
        else { return nil }
        var name: String?
        var isPartial = false
        var isElsewhere = false
        (self.index, self.hardwareType, self.flags) = (index, hardwareType, flags)
        var (mtu, mac, state, kind): (Int64?, String?, String, String?) = (nil, nil, "unknown", nil)
        var (promiscuity, lower, master): (UInt32, Int32?, Int32?) = (0, nil, nil)
        content.eachAttribute(from: 16) { type, value in
            switch Int(type) {
            case 1: mac = value.macText
            case 3: name = String(decoding: value.text(0, width: value.count), as: UTF8.self)
            case 4: mtu = value.number(0, as: UInt32.self).map { Int64($0) }
            case 5: lower = value.number(0)
            case 10: master = value.number(0)
            // What wireless drivers tell, without all the rest.
            case 11: isPartial = true
            case 16: state = Self.states[min(Int(value.number(0, as: UInt8.self) ?? 0), Self.states.count - 1)]
            case 18: kind = Self.kind(value)
            case 30: promiscuity = value.number(0) ?? 0
            case 37: isElsewhere = true
            default: break
            }
        }
        guard let name, !isPartial else { return nil }
        self.name = name
        (self.mtu, self.mac, self.state, self.kind) = (mtu, mac, state, kind)
        (self.promiscuity, self.lower, self.master) = (promiscuity, isElsewhere ? nil : lower, master)
    }

    /// IFLA_INFO_KIND.
    private static func kind(_ info: NetlinkBytes) -> String? {
        info.attributes().first { $0.type == 1 }.map {
            String(decoding: $0.content.text(0, width: $0.content.count), as: UTF8.self)
        }
    }

    package var isLoopback: Bool { flags & UInt32(IFF_LOOPBACK) != 0 }
    /// Whether it is switched on.
    var isUp: Bool { flags & UInt32(IFF_UP) != 0 }
    /// Whether something is at the other end (IFF_LOWER_UP).
    var hasCarrier: Bool { flags & 0x10000 != 0 }
}

extension Interface: NetworkEntity {
    static var subject: NetworkSubject { .link }
    package var key: Int32 { index }
    package var identity: ValueMap { ["exhaust.net.interface.index": .int(Int64(index))] }

    package var attributes: ValueMap {
        var data: ValueMap = [
            "network.interface.name": .string(name), "exhaust.net.up": .bool(isUp),
            "exhaust.net.carrier": .bool(hasCarrier), "exhaust.net.state": .string(state),
            "exhaust.net.promiscuous": .bool(promiscuity > 0),
        ]
        data["exhaust.net.mtu"] = mtu.map { .int($0) }
        data["exhaust.net.mac"] = mac.map { .string($0) }
        data["exhaust.net.kind"] = kind.map { .string($0) }
        data["exhaust.net.master.index"] = master.map { .int(Int64($0)) }
        return data
    }

    package var isTroubled: Bool { isUp && !hasCarrier }
}
