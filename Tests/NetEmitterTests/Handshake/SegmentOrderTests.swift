import ExhaustCore
import Testing

@testable import NetEmitter

@Suite("The order of TCP segments")
struct SegmentOrderTests {
    /// Bytes in the order in which they come out; a hole is -1.
    private func output(_ order: inout SegmentOrder, _ bytes: [UInt8], at sequence: UInt32, length: Int? = nil) -> [Int]
    {
        var output: [Int] = []
        func add(_ chunk: SegmentOrder.Chunk) {
            output += (chunk.isAfterHole ? [-1] : []) + chunk.bytes.bytes.map { Int($0) }
        }
        bytes.withUnsafeBytes { buffer in
            if let chunk = order.take(FrameBytes(buffer), at: sequence, length: length ?? bytes.count) { add(chunk) }
        }
        while order.release({ add($0) }) != nil {}
        return output
    }

    @Test("is the sequence numbers', whatever the order of arrival, also where they begin anew")
    func anyOrder() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            var order = SegmentOrder(next: 0xffff_fff0)
            var parts = (0..<8).map { _ in
                let start = Int.random(in: 0..<40, using: &generator)
                return start..<Int.random(in: start...40, using: &generator)
            }
            parts += [0..<14, 14..<30, 30..<40]
            parts.shuffle(using: &generator)
            var seen: [Int] = []
            for part in parts {
                seen += output(&order, part.map { UInt8($0) }, at: 0xffff_fff0 &+ UInt32(part.lowerBound))
            }
            #expect(seen == Array(0..<40) && order.heldBytes == 0)
        }
    }

    @Test("goes on after a hole that is not filled, and after what the capture cut, and says so")
    func holes() {
        var order = SegmentOrder(next: 0)
        #expect(output(&order, [0], at: 0) == [0])
        for place in 1...16 { #expect(output(&order, [UInt8(place)], at: UInt32(place) * 10) == []) }
        #expect(output(&order, [17], at: 170).prefix(2) == [-1, 1])
        var cut = SegmentOrder(next: 0)
        #expect(output(&cut, [1, 2], at: 0, length: 5) == [1, 2])
        #expect(output(&cut, [6], at: 5) == [-1, 6])
        #expect(output(&cut, [7], at: 6) == [7])
    }

    @Test("keeps a bounded number of bytes")
    func bounds() {
        var order = SegmentOrder(next: 0)
        let part = [UInt8](repeating: 1, count: 60_000)
        for place in 1...100 {
            _ = output(&order, part, at: UInt32(place) * 100_000)
            #expect(order.heldBytes <= 2 * SegmentOrder.limit)
        }
    }
}
