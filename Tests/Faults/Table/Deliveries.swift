import ExhaustBroker
import ExhaustCore
import ExhaustTestSupport

extension Fault {
    /// Messages that are bad, too many, or there twice.
    static let deliveries = [
        Fault(
            name: "poison message",
            summary: "\(Poison.count) messages that no consumer can use, put between good ones by an administrator",
            needs: loopNeeds, limit: .seconds(60)
        ) { stage in
            let loop = try await ControlLoop(stage)
            let before = try await loop.broker.depth(of: Queue.dead)
            var tally = try await loop.run {
                try await Poison.publish(to: loop.broker, host: stage.host)
            }
            let parked = try await loop.broker.depth(of: Queue.dead) - before
            tally.notes.append("\(parked) of \(Poison.count) parked in \(Queue.dead)")
            tally.lost += abs(Poison.count - parked)
            return tally
        },
        Fault(
            name: "duplicate delivery", summary: "every event is published twice under the same source and id",
            needs: loopNeeds, limit: .seconds(60)
        ) { stage in
            var tally = try await ControlLoop(stage, probe: ["twice=true"]).run {}
            tally.duplicates += tally.accepted
            return tally
        },
        Fault(
            name: "slow consumer", summary: "the analyzer takes nothing until its 1 MB queue refuses, then everything"
        ) { stage in
            let broker = try await PrivateBroker.start(hosts: [stage.host]) { $0.analyzerBytes = 1 << 20 }
            stage.finally { await broker.stop() }
            let settings = Probe.Settings(filler: 2000, keys: ["log_level=debug"])
            let load = try await UnderLoad(stage, broker, consumes: false, settings)
            return try await load.run {
                try await wait(for: "the queue is never full") {
                    file(load.probe.process.log, contains: "a queue is full")
                }
                try await Task.sleep(for: .seconds(5))
                try load.consume()
            }
        },
    ]
}
