/// What the DNS part looks at, and how much it keeps.
package struct DNSSettings: Sendable, Hashable {
    /// Ports of servers, over UDP and TCP.
    package var ports: [UInt16] = [53]
    /// Whether multicast DNS (port 5353) and LLMNR (5355) are told, too.
    package var localNames = true
    /// How long an answer is waited for.
    package var timeout: Duration = .seconds(10)
    /// The most queries that wait at a time.
    package var pending = 8192
    /// The most directions of TCP connections that are followed, and bytes that are kept of all of them.
    package var streams = 4096
    package var streamBytes = 1 << 20

    package init() {}
}

/// The protocols that have DNS's messages.
enum DNSKind: String {
    case dns
    /// RFC 6762
    case mdns
    /// RFC 4795
    case llmnr
}
