import CLinux
import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("The filter of captured packets")
struct CaptureFilterTests {
    private static let hosts = [IPAddress(ipv4: 0x0a01_0001), IPAddress(ipv6: 0x2001_0db8_0000_0000, 1)]
    private static let brokers = [IPAddress(ipv4: 0x0a01_0002), IPAddress(ipv6: 0x2001_0db8_0000_0000, 2)]
    private static let taggings: [[(UInt16, UInt16)]] = [[], [(0x8100, 5)], [(0x88a8, 7), (0x8100, 5)]]

    private static func filter() -> CaptureFilter {
        var filter = CaptureFilter()
        filter.interfaces = [2...2, 7...7]
        filter.snapLength = 96
        filter.wholePorts = [53]
        filter.excluded = brokers.map { CaptureFilter.Endpoint(address: $0, port: 5671) }
        return filter
    }

    @Test("packets from and to the broker are left out, tagged or not, of both versions; its other ports are not")
    func excludes() throws {
        let program = try Self.filter().program()
        func kept(_ frame: [UInt8]) -> UInt32? { FilterMachine(packet: frame).run(program) }
        for tags in Self.taggings {
            for (here, broker) in zip(Self.hosts, Self.brokers) {
                for options in [[], [1, 1, 1, 0]] as [[UInt8]] {
                    for (port, length) in [(5671, 0), (5672, 96)] as [(UInt16, UInt32)] {
                        let out = Frames.frame(from: here, 40000, to: broker, port, tags: tags, options: options)
                        #expect(kept(out) == length)
                        let back = Frames.frame(from: broker, port, to: here, 40000, tags: tags, options: options)
                        #expect(kept(back) == length)
                    }
                }
                // The port at the wrong end, and another host's port.
                #expect(kept(Frames.frame(from: here, 5671, to: broker, 443, tags: tags)) == 96)
                #expect(kept(Frames.frame(from: here, 40000, to: here, 5671, tags: tags)) == 96)
            }
        }
    }

    @Test("an interface without link headers is filtered as well")
    func raw() throws {
        let program = try Self.filter().program()
        for (here, broker) in zip(Self.hosts, Self.brokers) {
            for (port, kept) in [(5671, 0), (443, 96)] as [(UInt16, UInt32)] {
                let packet = Frames.packet(from: here, 40000, to: broker, port)
                #expect(FilterMachine(packet: packet, hardwareType: 65534, networkHeader: 0).run(program) == kept)
            }
        }
    }

    @Test("only chosen interfaces are captured, also where there are very many")
    func interfaces() throws {
        var filter = Self.filter()
        filter.interfaces = (1...500).map { 3 * $0...3 * $0 + 1 }
        let program = try filter.program()
        let frame = Frames.frame(from: Self.hosts[0], 1, to: Self.brokers[0], 2)
        for (interface, kept) in [(2, 0), (3, 96), (4, 96), (5, 0), (1501, 96), (1502, 0), (0, 0)] as [(UInt32, UInt32)]
        {
            #expect(FilterMachine(packet: frame, interface: interface).run(program) == kept)
        }
        filter.interfaces = (1...1500).map { 3 * $0...3 * $0 + 1 }
        #expect(throws: ExhaustError.self) { try filter.program() }
        filter.interfaces = []
        #expect(FilterMachine(packet: frame).run(try filter.program()) == 0)
    }

    @Test("DNS is kept whole, later fragments and what is no IP as far as the headers go")
    func lengths() throws {
        let program = try Self.filter().program()
        func kept(_ frame: [UInt8]) -> UInt32? { FilterMachine(packet: frame).run(program) }
        let (host, broker) = (Self.hosts[0], Self.brokers[0])
        #expect(kept(Frames.frame(from: host, 53, to: broker, 9, protocolNumber: 17)) == 0x40000)
        #expect(kept(Frames.frame(from: Self.hosts[1], 9, to: Self.brokers[1], 53)) == 0x40000)
        #expect(kept(Frames.frame(from: host, 9, to: broker, 5671, protocolNumber: 17, fragment: 0xb9)) == 96)
        #expect(kept(Frames.frame(from: host, 53, to: broker, 5671, protocolNumber: 1)) == 96)
        let arp: [UInt8] = [UInt8](repeating: 0xff, count: 12) + [8, 6] + [UInt8](repeating: 0, count: 28)
        #expect(kept(arp) == 96)
    }

    @Test("TLS handshakes are kept whole, whatever their port; other data of TCP is not, nor is a header that lies")
    func keepsHandshakes() throws {
        var filter = Self.filter()
        filter.keepsHandshakes = true
        let program = try filter.program()
        let rest = [UInt8](repeating: 0, count: 200)
        for tags in Self.taggings {
            for (here, there) in zip(Self.hosts, Self.brokers) {
                let cases: [([UInt8], UInt32)] = [([22, 3, 1], 0x40000), ([23, 3, 3], 96), ([71, 69, 84], 96)]
                for (data, kept) in cases {
                    let frame = Frames.frame(from: here, 40000, to: there, 8443, tags: tags, payload: data + rest)
                    #expect(FilterMachine(packet: frame).run(program) == kept)
                }
                // The header's length, in words, is before the flags.
                var lying = Frames.frame(from: here, 40000, to: there, 8443, tags: tags, payload: [22, 3, 1])
                lying[14 + 4 * tags.count + (here.isIPv4 ? 20 : 40) + 12] = 0xf0
                #expect(FilterMachine(packet: lying).run(program) == 96)
            }
        }
    }

    @Test("frames that end early are kept, since they are what someone looks for")
    func truncated() throws {
        let program = try Self.filter().program()
        for tags in Self.taggings {
            for (here, there) in zip(Self.hosts, Self.brokers) {
                let frame = Frames.frame(from: here, 9, to: there, 9, tags: tags)
                for count in 0...frame.count {
                    #expect(FilterMachine(packet: Array(frame.prefix(count))).run(program) == 96)
                }
            }
        }
    }

    @Test("both directions and all fragments of two hosts go to one thread, and hosts are spread")
    func fanout() throws {
        let program = try FanoutProgram.program()
        var shares = [0, 0, 0, 0]
        for number: UInt32 in 0..<256 {
            let there = number % 2 == 0 ? IPAddress(ipv4: 0x0a02_0000 + number) : IPAddress(ipv6: 7, UInt64(number))
            let here = Self.hosts[there.isIPv4 ? 0 : 1]
            let type: UInt32 = there.isIPv4 ? 0x0800 : 0x86dd
            let frames = [
                Frames.frame(from: here, 1, to: there, 2), Frames.frame(from: there, 2, to: here, 1),
                Frames.frame(from: here, 3, to: there, 4, fragment: 0x2000),
                Frames.frame(from: here, 5, to: there, 6, protocolNumber: 17, fragment: 0xb9),
            ]
            var results = frames.map { FilterMachine(packet: $0, etherType: type).run(program) }
            let tagged = Frames.frame(from: here, 1, to: there, 2, tags: [(0x8100, 5)])
            // As received, with the tag for the network header; as sent, with the IP header behind the tag.
            for (packetType, header) in [(0, 14), (4, 18)] as [(UInt32, Int)] {
                let machine = FilterMachine(
                    packet: tagged, etherType: 0x8100, packetType: packetType, networkHeader: header)
                results.append(machine.run(program))
            }
            #expect(Set(results).count == 1)
            shares[Int((results[0] ?? 0) % 4)] += 1
        }
        #expect(shares.allSatisfy { $0 > 32 }, "\(shares)")
    }
}
