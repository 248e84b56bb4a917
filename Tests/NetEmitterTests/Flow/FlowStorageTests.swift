import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("the parts of the table against what a dictionary and an array do")
struct FlowStorageTests {
    @Test("the index finds what is in it, and nothing else, with many equal hashes")
    func index() {
        var generator = SeededGenerator(seed: 3)
        var index = FlowIndex(count: 200)
        var model: [Int: UInt32] = [:]
        for _ in 0..<20_000 {
            let slot = Int.random(in: 0..<200, using: &generator)
            if let hash = model.removeValue(forKey: slot) {
                index.remove(hash, slot: slot)
                #expect(index.find(hash) { $0 == slot } == nil)
            } else {
                // A run of places around the end of the table.
                let hash = UInt32.random(in: 0...40, using: &generator) &- 20
                index.insert(hash, slot: slot)
                model[slot] = hash
            }
            if let (slot, hash) = model.randomElement(using: &generator) {
                #expect(index.find(hash) { $0 == slot } == slot)
            }
        }
        for (slot, hash) in model { #expect(index.find(hash) { $0 == slot } == slot) }
    }

    @Test("queues keep the order in which slots were put in")
    func queues() {
        var generator = SeededGenerator(seed: 4)
        var queues = SlotQueues(queues: 3, slots: 50)
        var model: [[(slot: Int, time: Int64)]] = [[], [], []]
        for slot in 0..<50 {
            queues.insert(slot, in: 0, time: 0)
            model[0].append((slot, 0))
        }
        for time in Int64(1)...5000 {
            let (slot, queue) = (Int.random(in: 0..<50, using: &generator), Int.random(in: 0..<3, using: &generator))
            for index in model.indices { model[index].removeAll { $0.slot == slot } }
            if Bool.random(using: &generator) {
                queues.move(slot, to: queue, time: time)
            } else {
                queues.remove(slot)
                queues.insert(slot, in: queue, time: time)
            }
            model[queue].append((slot, time))
            for index in model.indices {
                #expect(queues.first(in: index)?.slot == model[index].first?.slot)
                #expect(queues.first(in: index)?.time == model[index].first?.time)
            }
        }
    }

    @Test("times beyond all bounds do not trap")
    func times() {
        for seconds in [Int64.min, -5_000_000_000, 0, 5_000_000_000, .max] {
            let time = Timestamp(seconds: seconds).flowTime
            #expect(abs(time) <= 4_600_000_001_000_000_000)
        }
        var (table, packets) = (FlowTable(), Conversation().packetsAt([.max, .min, 0, .max, 1000, .min]))
        packets += Conversation().packetsAt([4_600_000_000, -4_600_000_000, 0, 20_000_000, 23_000_000, 23_372_000])
        #expect(table.records(of: packets).reduce(0) { $0 + $1.flow.source.counts.packets } == 12)
        #expect(Duration.seconds(Int64.max / 2).flowTime == 3_000_000_000_000_000_000)
    }
}

extension Conversation {
    fileprivate func packetsAt(_ seconds: [Int64]) -> [Packet] {
        seconds.map { Self.packet(from: client, to: server, Transport.udp, time: Timestamp(seconds: $0)) }
    }
}
