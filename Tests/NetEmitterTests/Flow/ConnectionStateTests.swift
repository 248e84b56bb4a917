import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("how a connection went, in Zeek's words")
struct ConnectionStateTests {
    @Test(
        "state and history of TCP connections",
        arguments: [
            (">S <SA >A >PA100 <A <PA200 >A >FA <FA >A", "SF", "ShADadFf"),
            (">S", "S0", "S"), (">S !> !>", "S0", "S"),
            (">S <RA", "REJ", "Sr"), (">S <SA >A", "S1", "ShA"), (">S <SA >A >A10 <A <A5", "S1", "ShADad"),
            (">S <SA >A >FA <A", "S2", "ShAFa"), (">S <SA >A <FA >A", "S3", "ShAf"),
            (">S <SA >A >A10 >R", "RSTO", "ShADR"), (">S <SA >A >A10 <A <RA", "RSTR", "ShADar"),
            (">S >R", "RSTOS0", "SR"), (">S >FA", "SH", "SF"),
            // Begun before the capture: it shows by the ports who is the server.
            (">A10 <A20 >A", "OTH", "DdA"), ("<A20 >A10", "OTH", "^dD"), (">A10 <FA >FA", "SF", "DfF"),
            ("<SA >A >A10 <A", "S1", "^hADa"), ("<SA <RA", "RSTRH", "^hr"), ("<SA <FA", "SHR", "^hf"),
            // A FIN, and an RST after that: an ordinary end, if the other end had sent its FIN.
            (">S <SA >A <FA >FA >R", "SF", "ShAfFR"), (">S <SA >A >FA >RA <FA", "SF", "ShAFRf"),
            (">S <SA >A >SF", "S2", "ShAQ"), (">S <SA >A >FR", "RSTO", "ShAI"),
            (">S <SA >A <AW0 >A1 >A1", "S1", "ShAawD"),
        ] as [(String, String, String)])
    func tcp(script: String, state: String, history: String) throws {
        var (table, talk) = (FlowTable(), Conversation())
        let records = table.records(of: talk.packets(script))
        let flow = try #require(records.first?.flow)
        #expect(records.count == 1)
        #expect(flow.connectionState.rawValue == state)
        #expect(flow.history.text == history)
        #expect(flow.sourceEnd == talk.client && flow.destinationEnd == talk.server)
    }

    @Test(
        "state and history of datagrams",
        arguments: [
            (">10", "S0", "D"), (">10 <10 >5", "SF", "Dd"), ("<10", "SHR", "^d"), ("<10 >10", "SF", "^dD"),
        ])
    func udp(script: String, state: String, history: String) throws {
        var (table, talk) = (FlowTable(), Conversation())
        talk.transport = Transport.udp
        let flow = try #require(table.records(of: talk.packets(script)).first?.flow)
        #expect(flow.connectionState.rawValue == state && flow.history.text == history)
        #expect(flow.sourceEnd == talk.client)
    }

    @Test("a SYN with ACK to a client's port that is answered by data was not a scan")
    func answerFirst() throws {
        var (table, talk) = (FlowTable(), Conversation())
        (talk.client, talk.server) = (FlowEnd(address: talk.client.address, port: 80), talk.client)
        talk.server = FlowEnd(address: IPAddress(ipv4: 0x0a00_0002), port: 50_000)
        let flow = try #require(table.records(of: talk.packets("<SA >A >A10")).first?.flow)
        #expect(flow.sourceEnd == talk.client && flow.history.text == "^hAD")
    }

    @Test("a SYN that comes after its answer, as from two interfaces, still begins the connection")
    func reversed() throws {
        var (table, talk) = (FlowTable(), Conversation())
        talk.client = FlowEnd(address: talk.client.address, port: 100)
        let packets = talk.packets(">S <SA")
        let flow = try #require(table.records(of: packets.reversed()).first?.flow)
        #expect(flow.connectionState == .established && flow.sourceEnd == talk.client)
    }

    @Test("what goes wrong often is told with each power of ten, and a history has an end")
    func scaled() throws {
        var (table, talk) = (FlowTable(), Conversation())
        var packets = talk.packets(">S <SA >A >A100")
        packets += talk.packets(Array(repeating: "!>", count: 100).joined(separator: " "))
        var flow = try #require(table.records(of: packets).first?.flow)
        #expect(flow.history.text == "ShADTTT")
        for _ in 0..<100 { flow.history.append("T") }
        #expect(flow.history.text.count == FlowHistory.capacity && flow.history.text.hasSuffix("Tx"))
    }
}
