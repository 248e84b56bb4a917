/// Kinds of interfaces (ARPHRD_* of linux/if_arp.h), as far as their frames differ.
enum HardwareType {
    /// Ethernet, and the loopback, whose frames look like it.
    static let ethernet: UInt16 = 1
    static let loopback: UInt16 = 772

    static func hasEthernetHeader(_ type: UInt16) -> Bool { type == ethernet || type == loopback }
}
