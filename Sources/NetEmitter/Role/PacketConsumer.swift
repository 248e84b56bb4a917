import ExhaustCore
import ExhaustRuntime

/// Makes records of what one thread captures.
struct PacketConsumer: FrameConsumer {
    private var pipeline: PacketPipeline
    private let desk: RecordDesk
    private let counters: Counters
    private var counted: [String: UInt64] = [:]

    init(_ pipeline: consuming PacketPipeline, desk: RecordDesk, counters: Counters) {
        self.pipeline = pipeline
        self.desk = desk
        self.counters = counters
    }

    mutating func take(_ frames: FrameBatch) {
        pipeline.take(frames)
        desk.take(pipeline.takeRecords())
    }

    mutating func rest(at now: Timestamp) {
        pipeline.expire(now: now)
        desk.take(pipeline.takeRecords())
        let counts = pipeline.counts
        for (name, count) in counts where count > counted[name, default: 0] {
            counters.add(name, Int(clamping: count - counted[name, default: 0]))
        }
        counted = counts
    }

    mutating func finish(at now: Timestamp) {
        pipeline.expire(now: now)
        pipeline.finish()
        desk.take(pipeline.takeRecords())
    }
}
