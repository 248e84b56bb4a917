import ExhaustCore

/// What is made of packets: the keys `flows`, `dns` and `handshakes`.
package struct PacketConfiguration: Sendable, Hashable {
    /// `flows`.
    package var limits = FlowLimits()
    /// `flows.tunnels`: whether what tunnels carry counts too; by default not.
    package var followsTunnels = false
    /// `dns.enabled`: by default it is told.
    package var tellsDNS = true
    /// `dns.ports`: the servers' ports; default 53.
    package var dnsPorts: [UInt16] = [53]
    /// `dns.local_names`: whether multicast DNS and LLMNR are told; by default they are.
    package var tellsLocalNames = true
    /// `dns.timeout`: how long an answer is waited for; default 10 s.
    package var dnsTimeout: Duration = .seconds(10)
    /// `handshakes.tls`: whether what TLS begins with is told; by default it is.
    package var tellsTLS = true
    /// `handshakes.http`: how much of HTTP/1 is told; by default nothing.
    package var http = HandshakeSettings.HTTPDetail.off
}

extension PacketConfiguration {
    var dns: DNSSettings? {
        guard tellsDNS else { return nil }
        var settings = DNSSettings()
        (settings.ports, settings.localNames, settings.timeout) = (dnsPorts, tellsLocalNames, dnsTimeout)
        return settings
    }

    var handshakes: HandshakeSettings? {
        guard tellsTLS || http != .off else { return nil }
        var settings = HandshakeSettings()
        (settings.tls, settings.http) = (tellsTLS, http)
        return settings
    }
}

extension HandshakeSettings.HTTPDetail: Decodable {}

extension PacketConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case flows, dns, handshakes
    }

    private enum FlowKeys: String, CodingKey {
        case tunnels
        case flows = "max"
        case idle = "idle_timeout"
        case tcpIdle = "tcp_idle_timeout"
        case active = "active_timeout"
    }

    private enum DNSKeys: String, CodingKey {
        case enabled, ports, timeout
        case localNames = "local_names"
    }

    private enum HandshakeKeys: String, CodingKey {
        case tls, http
    }

    private static let times = Duration.seconds(1)...Duration.seconds(86_400)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if container.contains(.flows) {
            let flows = try container.nestedContainer(keyedBy: FlowKeys.self, forKey: .flows)
            limits.flows = try flows.decode(.flows, within: 16...4_194_304, otherwise: limits.flows)
            limits.idle = try flows.decode(.idle, within: Self.times, otherwise: limits.idle)
            limits.tcpIdle = try flows.decode(.tcpIdle, within: Self.times, otherwise: limits.tcpIdle)
            limits.active = try flows.decode(.active, within: Self.times, otherwise: limits.active)
            followsTunnels = try flows.decodeIfPresent(Bool.self, forKey: .tunnels) ?? false
        }
        if container.contains(.dns) {
            let dns = try container.nestedContainer(keyedBy: DNSKeys.self, forKey: .dns)
            tellsDNS = try dns.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
            dnsPorts = try dns.decodeIfPresent([UInt16].self, forKey: .ports) ?? dnsPorts
            tellsLocalNames = try dns.decodeIfPresent(Bool.self, forKey: .localNames) ?? true
            dnsTimeout = try dns.decode(.timeout, within: Self.times, otherwise: dnsTimeout)
        }
        if container.contains(.handshakes) {
            let handshakes = try container.nestedContainer(keyedBy: HandshakeKeys.self, forKey: .handshakes)
            tellsTLS = try handshakes.decodeIfPresent(Bool.self, forKey: .tls) ?? true
            http = try handshakes.decodeIfPresent(HandshakeSettings.HTTPDetail.self, forKey: .http) ?? .off
        }
    }
}
