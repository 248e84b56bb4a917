import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-net`, beside those of every role.
package struct NetConfiguration: RoleConfiguration, Hashable {
    /// `capture`: which packets are looked at.
    package var capture: CaptureConfiguration
    /// `flows`, `dns`, `handshakes`: what is made of them.
    package var packets: PacketConfiguration
    /// `links`: what is told of interfaces, addresses, routes and neighbours.
    package var links: LinkConfiguration
    /// `sockets`: what is told of sockets, and how often.
    package var sockets: SocketConfiguration
    /// `probes`: who is asked for an answer; default none.
    package var probes: [ProbeTarget]

    enum CodingKeys: String, CodingKey {
        case capture, links, sockets, probes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        capture = try container.decodeIfPresent(CaptureConfiguration.self, forKey: .capture) ?? .init()
        packets = try PacketConfiguration(from: decoder)
        links = try container.decodeIfPresent(LinkConfiguration.self, forKey: .links) ?? .init()
        sockets = try container.decodeIfPresent(SocketConfiguration.self, forKey: .sockets) ?? .init()
        probes = try container.decodeIfPresent([ProbeTarget].self, forKey: .probes) ?? []
        var names: Set<String> = []
        for (index, probe) in probes.enumerated() where !names.insert(probe.name).inserted {
            throw ValueCodingError(path: ["probes", "[\(index)]"], message: "'\(probe.name)' is there already")
        }
    }

    package func validate() throws {
        for (index, probe) in probes.enumerated() {
            guard let file = probe.authorityFile else { continue }
            do throws(ExhaustError) { _ = try FileContent.read(file) } catch {
                throw ValueCodingError(path: ["probes", "[\(index)]", "ca_file"], message: "\(error)")
            }
        }
    }
}

extension KeyedDecodingContainer {
    /// The value of `key`, or what it is without it; must lie within `range`.
    func decode<Number: Comparable & Decodable>(
        _ key: Key, within range: ClosedRange<Number>, otherwise: Number
    ) throws -> Number {
        let value = try decodeIfPresent(Number.self, forKey: key) ?? otherwise
        guard range.contains(value) else {
            throw ValueCodingError(
                path: (codingPath + [key]).texts, message: "must be within \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }
}
