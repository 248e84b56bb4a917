/// How a frame begins, by the number that capture files use (https://www.tcpdump.org/linktypes.html).
package struct LinkType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// BSD loopback: the address family in the byte order of the machine that wrote it.
    package static let null = LinkType(rawValue: 0)
    package static let ethernet = LinkType(rawValue: 1)
    package static let ppp = LinkType(rawValue: 9)
    /// PPP in HDLC-like frames, or Cisco's HDLC.
    package static let pppSerial = LinkType(rawValue: 50)
    package static let pppoe = LinkType(rawValue: 51)
    /// An IP packet of either version; 12 and 14 are what systems call it that write their own number.
    package static let raw = LinkType(rawValue: 101)
    package static let rawBSD = LinkType(rawValue: 12)
    package static let rawOpenBSD = LinkType(rawValue: 14)
    package static let ciscoHDLC = LinkType(rawValue: 104)
    package static let wireless = LinkType(rawValue: 105)
    /// OpenBSD loopback: the address family in network order.
    package static let loop = LinkType(rawValue: 108)
    /// Linux's any device.
    package static let linuxCooked = LinkType(rawValue: 113)
    package static let radiotap = LinkType(rawValue: 127)
    package static let ipv4 = LinkType(rawValue: 228)
    package static let ipv6 = LinkType(rawValue: 229)
    /// What nftables' log hands out.
    package static let nflog = LinkType(rawValue: 239)
    package static let linuxCooked2 = LinkType(rawValue: 276)
}
