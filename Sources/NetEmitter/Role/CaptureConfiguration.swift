import ExhaustCore

/// `capture`: which packets are looked at. A capture needs CAP_NET_RAW.
package struct CaptureConfiguration: Sendable, Hashable {
    /// `enabled`: by default it is.
    package var isEnabled = true
    /// `interfaces`: names and patterns, with `!` before those to leave out; by default all but the loopback.
    package var interfaces: [String] = []
    /// `promiscuous`: whether also what is addressed to other hosts; by default not.
    package var isPromiscuous = false
    /// `snap_length`: how many bytes of a frame are kept; default 256. DNS is kept whole.
    package var snapLength = 256
    /// `threads`: how many share the packets; default 1.
    package var threads = 1
    /// `ring_bytes`: the buffer of each thread; default 8 MiB.
    package var ringBytes = 8 << 20
    /// `own_traffic`: whether the traffic with the broker is told of; by default not.
    package var hasOwnTraffic = false

    init() {}
}

extension CaptureConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case interfaces, threads
        case isEnabled = "enabled"
        case isPromiscuous = "promiscuous"
        case snapLength = "snap_length"
        case ringBytes = "ring_bytes"
        case hasOwnTraffic = "own_traffic"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isEnabled = try container.decodeIfPresent(Bool.self, forKey: .isEnabled) ?? true
        interfaces = try container.decodeIfPresent([String].self, forKey: .interfaces) ?? []
        isPromiscuous = try container.decodeIfPresent(Bool.self, forKey: .isPromiscuous) ?? false
        snapLength = try container.decode(.snapLength, within: 96...262_144, otherwise: snapLength)
        threads = try container.decode(.threads, within: 1...64, otherwise: threads)
        ringBytes = try container.decode(.ringBytes, within: 1 << 20...1 << 30, otherwise: ringBytes)
        hasOwnTraffic = try container.decodeIfPresent(Bool.self, forKey: .hasOwnTraffic) ?? false
    }
}
