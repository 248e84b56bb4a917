import ExhaustBroker
import ExhaustCore
import Testing

@Suite("Ack tracker")
struct AckTrackerTests {
    private func tag(_ number: UInt64, _ generation: UInt64 = 1) -> DeliveryTag {
        DeliveryTag(generation: generation, number: number)
    }

    private func tracker(_ queues: String) -> AckTracker {
        var tracker = AckTracker()
        tracker.reset()
        for (index, queue) in queues.enumerated() { tracker.delivered(UInt64(index + 1), queue: "\(queue)") }
        return tracker
    }

    @Test("a run from the oldest on is one multiple ack")
    func multiple() {
        var tracker = tracker("aaaa")
        tracker.acknowledge(upTo: tag(3))
        #expect(tracker.flush() == [.acknowledge(3, multiple: true)])
        #expect(tracker.flush() == [])
        tracker.acknowledge(upTo: tag(4))
        #expect(tracker.flush() == [.acknowledge(4, multiple: false)])
        #expect(tracker.outstanding == 0)
    }

    @Test("another queue's deliveries are never acknowledged along")
    func perQueue() {
        var tracker = tracker("abab")
        tracker.acknowledge(upTo: tag(3))
        #expect(tracker.flush() == [.acknowledge(1, multiple: false), .acknowledge(3, multiple: false)])
        #expect(tracker.outstanding == 2)
        tracker.acknowledge(upTo: tag(4))
        #expect(tracker.flush() == [.acknowledge(4, multiple: true)])
    }

    @Test("a single acknowledgement leaves the earlier ones")
    func single() {
        var tracker = tracker("aaa")
        tracker.acknowledgeOne(tag(2))
        #expect(tracker.flush() == [.acknowledge(2, multiple: false)])
        tracker.acknowledge(upTo: tag(3))
        #expect(tracker.flush() == [.acknowledge(3, multiple: true)])
    }

    @Test("a reject goes out before the ack that spans it")
    func rejects() {
        var tracker = tracker("aaa")
        tracker.reject(tag(2))
        tracker.acknowledge(upTo: tag(3))
        #expect(tracker.flush() == [.reject(2), .acknowledge(3, multiple: true)])
    }

    @Test("tags of an older connection are void")
    func generations() {
        var tracker = tracker("aa")
        tracker.reset()
        tracker.delivered(1, queue: "a")
        tracker.acknowledge(upTo: tag(2, 1))
        tracker.acknowledgeOne(tag(1, 1))
        #expect(tracker.flush() == [])
        tracker.acknowledge(upTo: tag(9, 2))
        #expect(tracker.flush() == [])
        tracker.acknowledge(upTo: tag(1, 2))
        #expect(tracker.flush() == [.acknowledge(1, multiple: false)])
    }

    @Test("a stream goes on at its oldest delivery that is not acknowledged")
    func offsets() {
        var tracker = AckTracker()
        tracker.reset()
        #expect(tracker.resumeOffset == nil)
        for offset in 10..<13 as Range<UInt64> { tracker.delivered(offset - 9, queue: "s", offset: offset) }
        tracker.acknowledge(upTo: tag(1))
        _ = tracker.flush()
        #expect(tracker.resumeOffset == 11)
        tracker.acknowledge(upTo: tag(3))
        _ = tracker.flush()
        tracker.reset()
        #expect(tracker.resumeOffset == 13)
    }

    /// Against a model of the broker's own bookkeeping (AMQP 0-9-1 section 1.8.3.13).
    @Test("whatever is acknowledged, the broker forgets just that", arguments: 0..<200)
    func agreesWithBroker(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var tracker = AckTracker()
        tracker.reset()
        var atBroker: Set<UInt64> = []
        var wanted: Set<UInt64> = []
        var queueOf: [UInt64: Int] = [:]
        for number in 1...400 as ClosedRange<UInt64> {
            queueOf[number] = Int.random(in: 0..<3, using: &generator)
            tracker.delivered(number, queue: "\(queueOf[number] ?? 0)")
            atBroker.insert(number)
            wanted.insert(number)
            let target = UInt64.random(in: 1...number, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where wanted.contains(target):
                tracker.acknowledge(upTo: tag(target))
                wanted = wanted.filter { $0 > target || queueOf[$0] != queueOf[target] }
            case 1:
                tracker.acknowledgeOne(tag(target))
                wanted.remove(target)
            case 2:
                tracker.reject(tag(target))
                wanted.remove(target)
            case 3:
                for frame in tracker.flush() {
                    switch frame {
                    case .acknowledge(let last, multiple: true):
                        #expect(atBroker.contains(last))
                        atBroker = atBroker.filter { $0 > last }
                    case .acknowledge(let one, multiple: false), .reject(let one):
                        #expect(atBroker.remove(one) != nil)
                    }
                }
                #expect(atBroker == wanted)
            default: break
            }
        }
    }
}
