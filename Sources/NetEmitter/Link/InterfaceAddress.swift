import ExhaustCore
import ExhaustRuntime

/// An address of an interface (RTM_NEWADDR: `struct ifaddrmsg`, IFA_* of linux/if_addr.h).
struct InterfaceAddress: NetworkEntity {
    struct Key: Hashable, Sendable {
        let interface: Int32
        let address: IPAddress
        let prefixLength: UInt8
    }

    /// What it is good for.
    enum State: String {
        case usable
        /// Not for new connections.
        case deprecated
        /// Another host has it.
        case duplicate
    }

    private static let scopes: [UInt8: String] = [0: "global", 200: "site", 253: "link", 254: "host"]

    let key: Key
    let interfaceName: String?
    let scope: String
    var state = State.usable
    /// Whether it is still being checked that no other host has it: then it is not told of yet.
    var isTentative = false

    /// The address that a message describes; `nil` if it tells of something else.
    init?(_ content: NetlinkBytes, name: (Int32) -> String?) {
        guard let family = content.number(0, as: UInt8.self), let length = content.number(1, as: UInt8.self),
            var flags = content.number(2, as: UInt8.self).map({ UInt32($0) }),
            let scope = content.number(3, as: UInt8.self), let interface = content.number(4, as: Int32.self)
        else { return nil }
        var (address, local): (IPAddress?, IPAddress?)
        content.eachAttribute(from: 8) { type, value in
            switch type {
            case 1: address = value.address(family: family)
            // The own address, where the other is the peer's.
            case 2: local = value.address(family: family)
            case 8: flags = value.number(0) ?? flags
            default: break
            }
        }
        guard let address = local ?? address else { return nil }
        key = Key(interface: interface, address: address, prefixLength: length)
        interfaceName = name(interface)
        self.scope = Self.scopes[scope] ?? "\(scope)"
        // IFA_F_DADFAILED, _DEPRECATED, _TENTATIVE, _OPTIMISTIC.
        if flags & 0x08 != 0 { state = .duplicate } else if flags & 0x20 != 0 { state = .deprecated }
        isTentative = state != .duplicate && flags & 0x40 != 0 && flags & 0x04 == 0
    }

    static var subject: NetworkSubject { .address }

    var identity: ValueMap {
        var data: ValueMap = ["exhaust.net.interface.index": .int(Int64(key.interface))]
        data["network.interface.name"] = interfaceName.map { .string($0) }
        data["network.type"] = key.address.type
        data["exhaust.net.address"] = .string(key.address.description)
        data["exhaust.net.prefix_length"] = .int(Int64(key.prefixLength))
        return data
    }

    var attributes: ValueMap { ["exhaust.net.scope": .string(scope), "exhaust.net.state": .string(state.rawValue)] }
    var isTroubled: Bool { state == .duplicate }
}
