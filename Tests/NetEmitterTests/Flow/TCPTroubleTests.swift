import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("what sequence numbers tell of a connection")
struct TCPTroubleTests {
    private func flow(_ script: String, start: UInt32 = 1000, step: Duration = .milliseconds(20)) throws -> Flow {
        var (table, talk) = (FlowTable(), Conversation())
        talk.next[">"] = start
        talk.step = step
        let records = table.records(of: talk.packets(script))
        #expect(records.count == 1)
        return try #require(records.first?.flow)
    }

    @Test("data that was there before was sent again, also around the end of the number space")
    func retransmission() throws {
        for start in [1000, UInt32.max - 50, UInt32.max - 101] {
            let flow = try flow(">S <SA >A >A100 !> >A50 <A", start: start)
            #expect(flow.source.trouble.retransmittedPackets == 1 && flow.source.trouble.retransmittedBytes == 100)
            #expect(flow.source.trouble.outOfOrderPackets == 0 && flow.destination.trouble == TCPTrouble())
            #expect(flow.history.text == "ShADTa")
        }
    }

    @Test("data that was overtaken within a round trip is out of order; after that it was lost and sent again")
    func outOfOrder() throws {
        for microseconds in [100, 20_000, 2_000_000] {
            let (step, isOvertaken) = (Duration.microseconds(microseconds), microseconds < 1_000_000)
            var (table, talk) = (FlowTable(), Conversation())
            talk.step = min(step, .milliseconds(20))
            var packets = talk.packets(">S <SA >A >A10 >A100 >A100")
            packets.swapAt(4, 5)
            packets[5].time = packets[4].time + step
            let flow = try #require(table.records(of: packets).first?.flow)
            #expect(flow.source.trouble.outOfOrderPackets == (isOvertaken ? 1 : 0))
            #expect(flow.source.trouble.retransmittedPackets == (isOvertaken ? 0 : 1))
            #expect(flow.source.trouble.missedBytes == 0)
        }
    }

    @Test("what was confirmed and never seen was missed by the capture")
    func missed() throws {
        var flow = try flow(">S <SA >A >A10 _>A100 _>A50 >A10 <A")
        #expect(flow.source.trouble.missedBytes == 150 && flow.history.text == "ShADaG")
        flow = try self.flow(">S <SA >A >A10 _>A100 <A")
        #expect(flow.source.trouble.missedBytes == 100)
        // It comes yet, before it is confirmed.
        flow = try self.flow(">S <SA >A <A10 _<A100 <A10 >A")
        #expect(flow.destination.trouble.missedBytes == 100 && flow.history.text == "ShAdg")
        // At the very end nothing is sure.
        #expect(try self.flow(">S <SA >A >A10 _>A100 <FA >RA").source.trouble.missedBytes == 0)
    }

    @Test("a keep-alive is no data sent again")
    func keepAlive() throws {
        var (table, talk) = (FlowTable(), Conversation())
        var packets = talk.packets(">S <SA >A >A100 <A")
        talk.next[">"] = (talk.next[">"] ?? 0) - 1
        packets += talk.packets(">A1 <A")
        let flow = try #require(table.records(of: packets).first?.flow)
        #expect(flow.source.trouble.retransmittedPackets == 0)
    }

    @Test("a SYN, its answer and a FIN can be sent again, too, without a letter in the history")
    func repeatedControl() throws {
        let flow = try flow(">S !> !> <SA !< >A >FA !> <A")
        #expect(flow.source.trouble.retransmittedPackets == 3 && flow.source.trouble.retransmittedBytes == 0)
        #expect(flow.destination.trouble.retransmittedPackets == 1 && flow.history.text == "ShAFa")
    }

    @Test("closed windows are counted, but not of an end that is gone")
    func closedWindow() throws {
        let flow = try flow(">S <SA >A >A10 <AW0 <AW0 <A >FA <RAW0")
        #expect(flow.destination.trouble.closedWindows == 2 && flow.history.text == "ShADawFr")
    }

    @Test("the handshake's times: to the destination and back, to the source and back")
    func handshake() throws {
        let whole = try flow(">S <SA >A >A10", step: .milliseconds(7)).handshake
        #expect(whole.destinationTime == 7_000_000 && whole.sourceTime == 7_000_000)
        // Which one of two was answered is not known.
        let repeated = try flow(">S !> <SA >A").handshake
        #expect(repeated.destinationTime == nil && repeated.sourceTime == 20_000_000)
        let again = try flow(">S <SA !< >A").handshake
        #expect(again.destinationTime == 20_000_000 && again.sourceTime == nil)
        #expect(try flow(">S <RA").handshake.destinationTime == nil)
    }

    @Test("counts of trouble are of one record, flags of the whole flow")
    func periods() {
        var (table, talk) = (FlowTable(), Conversation())
        var packets = talk.packets(">S <SA >A >A100 !>")
        talk.time = talk.time + .seconds(61)
        packets += talk.packets(">A5 !> !>")
        let records = table.records(of: packets)
        #expect(records.map(\.flow.source.trouble.retransmittedPackets) == [1, 2])
        #expect(records.last?.flow.source.tcp.flags == 0x12)
    }
}
