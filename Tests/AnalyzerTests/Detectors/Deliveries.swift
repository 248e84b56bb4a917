import ExhaustCore

@testable import Analyzer

/// Events of one key, and how they come.
extension Randomness {
    /// How late events come at most that must count.
    private static let lateness = 9.9

    /// A minute and more of events of one key, no two at the same moment, nor at one at which a window ends.
    mutating func events(calm: Double = 0.08) -> [ReferenceFold.Shown] {
        let count = int(1...60)
        let moments = Set((0..<count).map { _ in int(0...int(3...90) * 1000) })
        return moments.sorted().enumerated().map { number, moment in
            var data: ValueMap = [
                "value": .int(Int64(int(0...100))), "name": .string(["a", "b", "c", "d"][int(0...3)]),
            ]
            if chance(calm) { data["calm"] = true }
            let time = Bench.time(Double(moment) / 1000 + Double(number) / 1e6)
            return ReferenceFold.Shown(number: number + 1, time: time, data: data)
        }
    }

    /// In the order in which they come: late by less than the bound, some twice, and some so late that they must change
    /// nothing.
    mutating func delivery(of events: [ReferenceFold.Shown]) -> [ReferenceFold.Shown] {
        var arrivals = events.map { (at: $0.time + .seconds(double(0...Self.lateness)), event: $0) }
        for event in events where chance(0.3) {
            arrivals.append((event.time + .seconds(double(Self.lateness...30)), event))
        }
        for event in events where chance(0.1) {
            let ghost = ReferenceFold.Shown(
                number: event.number + 1000, time: event.time - .seconds(double(11...40)), data: event.data)
            arrivals.append((event.time + .seconds(10), ghost))
        }
        return arrivals.sorted { $0.at < $1.at }.map { arrival in
            var event = arrival.event
            event.handled = arrival.at
            return event
        }
    }
}

extension ReferenceFold.Shown {
    var event: Event { get throws { try event(of: "web-01") } }

    func event(of host: String) throws -> Event {
        Event(
            type: .syslog, source: "//\(host)/test/0", id: "\(number)", time: time, host: try HostID.of(host),
            data: data)
    }
}
