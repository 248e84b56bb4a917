import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("flows of the shared captures")
struct FlowCorpusTests {
    @Test("every packet is in one flow, small tables lose none, and the same file gives the same events")
    func sums() throws {
        guard let names = Corpus.captures() else { return }
        for name in names {
            var (packets, bytes) = (UInt64(0), UInt64(0))
            let whole = try records(name) {
                packets += 1
                bytes += UInt64($0.frameLength)
            }
            var small = FlowLimits()
            small.flows = 16
            for told in [whole, try records(name, small)] {
                let sides = told.flatMap { [$0.flow.source.counts, $0.flow.destination.counts] }
                #expect(sides.reduce(0) { $0 + $1.packets } == packets, "\(name)")
                #expect(sides.reduce(0) { $0 + $1.bytes } == bytes, "\(name)")
                #expect(zip(told, told.dropFirst()).allSatisfy { $0.time <= $1.time }, "\(name)")
            }
            let telemetry = FlowTelemetry()
            let again = try records(name)
            #expect(whole.map { telemetry.record(of: $0).data } == again.map { telemetry.record(of: $0).data })
        }
    }

    private func records(
        _ name: String, _ limits: FlowLimits = FlowLimits(), _ note: (Packet) -> Void = { _ in }
    ) throws -> [FlowRecord] {
        var table = FlowTable(limits: limits)
        var records: [FlowRecord] = []
        try Corpus.read(name) { packet in
            note(packet)
            table.take(packet) { records.append($0) }
        }
        table.finish { records.append($0) }
        return records
    }
}
