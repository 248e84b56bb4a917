import ExhaustCore
import ExhaustRuntime
import Glibc

/// A host on an interface's link, by its link-layer address (RTM_NEWNEIGH: `struct ndmsg`, NDA_* of linux/neighbour.h).
struct Neighbour: NetworkEntity {
    struct Key: Hashable, Sendable {
        let interface: Int32
        let address: IPAddress
    }

    // NUD_INCOMPLETE, NUD_FAILED, NUD_NOARP, NUD_PERMANENT.
    private static let (incomplete, failed, noARP, permanent): (UInt16, UInt16, UInt16, UInt16) = (1, 0x20, 0x40, 0x80)

    let key: Key
    let interfaceName: String?
    var mac: String?
    /// Whether it did not answer.
    let hasFailed: Bool
    /// Whether an administrator entered it.
    let isPermanent: Bool

    /// The neighbour that a message describes; `nil` if it tells of something else, or of one that is only being looked
    /// for. Whether the kernel has heard of it lately or has to ask again is no matter here.
    init?(_ content: NetlinkBytes, name: (Int32) -> String?) {
        guard let family = content.number(0, as: UInt8.self), [AF_INET, AF_INET6].contains(Int32(family)),
            let interface = content.number(4, as: Int32.self), let state = content.number(8, as: UInt16.self),
            state & (Self.incomplete | Self.noARP) == 0
        else { return nil }
        var (address, mac): (IPAddress?, String?)
        content.eachAttribute(from: 12) { type, value in
            switch type {
            case 1: address = value.address(family: family)
            case 2: mac = value.macText
            default: break
            }
        }
        guard let address else { return nil }
        key = Key(interface: interface, address: address)
        interfaceName = name(interface)
        self.mac = mac
        hasFailed = state & Self.failed != 0
        isPermanent = state & Self.permanent != 0
    }

    static var subject: NetworkSubject { .neighbour }

    var identity: ValueMap {
        var data: ValueMap = ["exhaust.net.interface.index": .int(Int64(key.interface))]
        data["network.interface.name"] = interfaceName.map { .string($0) }
        data["network.type"] = key.address.type
        data["exhaust.net.address"] = .string(key.address.description)
        return data
    }

    var attributes: ValueMap {
        var data: ValueMap = ["exhaust.net.state": hasFailed ? "failed" : "reachable"]
        data["exhaust.net.mac"] = mac.map { .string($0) }
        return data
    }

    var isTroubled: Bool { hasFailed }
}
