import ExhaustRuntime
import Testing

@testable import NetEmitter

@Suite("The choice of interfaces")
struct InterfaceSelectionTests {
    private static func interface(
        _ index: Int32, _ name: String, flags: UInt32 = 0, lower: Int32? = nil, master: Int32? = nil,
        kind: String? = nil, isElsewhere: Bool = false
    ) throws -> Interface {
        var attributes = RouteMessages.attribute(3, Array(name.utf8) + [0])
        if let lower { attributes += RouteMessages.attribute(5, RouteMessages.bytes(lower)) }
        if let master { attributes += RouteMessages.attribute(10, RouteMessages.bytes(master)) }
        if let kind { attributes += RouteMessages.attribute(18, RouteMessages.attribute(1, Array(kind.utf8) + [0])) }
        if isElsewhere { attributes += RouteMessages.attribute(37, RouteMessages.bytes(UInt32(0))) }
        let content = RouteMessages.link(index: index, flags: flags) + attributes
        return try #require(Interface(NetlinkBytes(content[...])))
    }

    private static func all() throws -> [Interface] {
        [
            try interface(1, "lo", flags: 8),
            try interface(2, "eth0", master: 5),
            try interface(3, "eth1"),
            try interface(4, "eth1.7", lower: 3, kind: "vlan"),
            try interface(5, "bond0", kind: "bond"),
            // Ends of veth pairs: the other is in another namespace, or here.
            try interface(6, "veth0", lower: 2, kind: "veth", isElsewhere: true),
            try interface(7, "veth1", lower: 8, kind: "veth"),
            try interface(8, "veth2", lower: 7, kind: "veth"),
            try interface(9, "wg0", kind: "wireguard"),
            try interface(10, "mv0", lower: 3, kind: "macvlan", isElsewhere: true),
        ]
    }

    @Test(
        "names, patterns, exceptions, or all but the loopback and what is seen at another interface as well",
        arguments: [
            ([], ["eth1", "bond0", "veth0", "veth1", "veth2", "wg0", "mv0"]),
            (["!veth*"], ["eth1", "bond0", "wg0", "mv0"]),
            (["eth0", "eth1.7", "lo"], ["lo", "eth0", "eth1.7"]),
            (["*", "!lo", "!veth[12]"], ["eth0", "eth1", "eth1.7", "bond0", "veth0", "wg0", "mv0"]),
            (["eth9"], []),
        ] as [([String], [String])])
    func choice(patterns: [String], names: [String]) throws {
        #expect(InterfaceSelection(patterns).choose(among: try Self.all()).map(\.name) == names)
    }

    @Test("a name that no interface has is told, a pattern is not")
    func missing() throws {
        let selection = InterfaceSelection(["eth1", "eth9", "tun*", "!docker0"])
        #expect(selection.missing(among: try Self.all()) == ["eth9"])
    }

    @Test("chosen interfaces are ranges of indexes, in which there is no other")
    func ranges() throws {
        let all = try [1, 4, 5, 9, 12].map { try Self.interface($0, "eth\($0)") }
        func ranges(_ indexes: Int32...) -> [ClosedRange<Int32>] {
            InterfaceSelection.ranges(of: all.filter { indexes.contains($0.index) }, among: all)
        }
        #expect(ranges(4, 5, 9, 12) == [4...12])
        #expect(ranges(1, 5, 9) == [1...1, 5...9])
        #expect(ranges() == [])
    }
}
