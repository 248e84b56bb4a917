import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Glibc
import Testing

@testable import NetEmitter

@Suite("connection tracking")
struct ConntrackTests {
    private static func entry(transport: UInt8, status: UInt32, state: UInt8? = nil) -> ConntrackEntry {
        let tuple =
            Bytes.attribute(0x8001, Bytes.attribute(1, Bytes.number(UInt32(0x0a00_0001).bigEndian)))
            + Bytes.attribute(0x8002, Bytes.attribute(1, [transport]))
        var message =
            [2, 0, 0, 0] + Bytes.attribute(0x8001, tuple) + Bytes.attribute(3, Bytes.number(status.bigEndian))
        if let state { message += Bytes.attribute(0x8004, Bytes.attribute(0x8001, Bytes.attribute(1, [state]))) }
        return ConntrackEntry(NetlinkBytes(message[...]))
    }

    @Test("an entry is read as what it says")
    func entries() {
        let tcp = Self.entry(transport: 6, status: 2 | 4 | 16, state: 3)
        #expect(tcp.source == Bytes.address(0x0a00_0001) && tcp.transportName == "tcp")
        #expect(tcp.stateName == "established" && tcp.status & ConntrackEntry.sourceTranslated != 0)
        #expect(Self.entry(transport: 17, status: 2 | 4).stateName == "assured")
        #expect(Self.entry(transport: 17, status: 2).stateName == "answered")
        #expect(Self.entry(transport: 200, status: 0).transportName == "ip_200")
        #expect(Self.entry(transport: 6, status: 0, state: 77).stateName == "state_77")
    }

    private static let canTrack = NetworkNamespace.isPermitted && access("/usr/sbin/iptables", X_OK) == 0

    @Test("the kernel's table is counted", .enabled(if: canTrack, "needs root and Debian's iptables"))
    func live() async throws {
        try await NetworkNamespace.run {
            try await ChildProcess.run(
                ["iptables", "-w", "-A", "OUTPUT", "-m", "conntrack", "--ctstate", "NEW", "-j", "ACCEPT"])
            let server = try TestSocket(bind: "127.0.0.1").listen()
            let client = try TestSocket()
            try client.connect("127.0.0.1", server.port)
            let accepted = try server.accept()
            let conntrack = try Conntrack()
            #expect(conntrack.refusal == nil)
            let data = try conntrack.record(now: .now()).data
            #expect(data["exhaust.conntrack.entries"]?["tcp"]?["established"] == 1, "\(data)")
            #expect((data["exhaust.conntrack.usage"]?.int ?? 0) >= 1)
            #expect(data["exhaust.conntrack.top_sources"]?.list?.first?["source.address"] == "127.0.0.1")
            _ = (client.descriptor, accepted.descriptor)
        }
    }
}
