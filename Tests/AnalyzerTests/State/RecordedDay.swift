import ExhaustCore

@testable import Analyzer

/// A day of some hosts, made from a seed: a mixed stream in which every detector has something to find.
struct RecordedDay {
    /// One message: events of one host, and when it arrived.
    struct Message {
        let time: Timestamp
        let events: [Event]
    }

    private(set) var messages: [Message] = []
    private var generator: SeededGenerator
    private var counts: [String: Int] = [:]

    static let start = Timestamp(seconds: 1_800_000_000)
    static let hosts = ["web-01", "web-02", "db-01", "build-7"]

    /// A rule of each kind, and some with `for`, `ttl` and conditions on the fact.
    static let rules = """
        - {fact: link-down, on: exhaust.syslog, where: "data.kind == 'link' && data.state == 'down'",
           key: [host, data.port], subject: '{{ data.port }}',
           clear: {where: "data.kind == 'link' && data.state == 'up' && data.port == fact.keys[1]"}}
        - {fact: oops, on: exhaust.syslog, where: "data.kind == 'oops'", ttl: 10m}
        - {fact: busy, on: exhaust.perf, detect: {threshold: {value: data.load, above: 8, clear: 5, for: 5m}}}
        - {fact: guessing, on: exhaust.syslog, where: "data.kind == 'failed'", key: [host, data.user],
           detect: {count: {above: 4, within: 10m}}, ttl: 20m}
        - {fact: chatty, on: exhaust.syslog, detect: {rate: {above: 0.05, per: 1s, within: 5m}}}
        - {fact: spraying, on: exhaust.syslog, where: "data.kind == 'failed'",
           detect: {distinct: {of: data.user, above: 5, within: 15m}}, ttl: 30m}
        - {fact: job-missing, on: exhaust.acct, key: [host, data.job], detect: {absence: {within: 40m}}}
        - {fact: job-late, on: exhaust.acct, key: [host, data.job],
           detect: {absence: {learned: {factor: 3, at_least: 5m, at_most: 6h}}}}
        - {fact: broken-in, on: exhaust.syslog, key: [host, data.user], ttl: 1h,
           detect: {sequence: {within: 20m, steps: [{where: "data.kind == 'failed'", times: 3},
           {where: "data.kind == 'accepted'"}]}}}
        - {fact: role-changed, on: exhaust.perf, detect: {change: {of: data.role, to: standby}}}
        - {fact: new-program, on: exhaust.acct, detect: {new: {of: data.command, learn: 2h, cap: 100}}, ttl: 3h}
        - {fact: trouble, on: exhaust.fact, ttl: 2h,
           detect: {correlate: {facts: "fact.name in ['link-down', 'busy', 'oops']", above: 2, within: 20m}}}
        """

    /// So many bursts of messages over a day, beside what comes by the clock.
    init(seed: UInt64, bursts: Int) {
        generator = SeededGenerator(seed: seed)
        var moments: [(second: Double, host: String, isRegular: Bool)] = []
        for host in Self.hosts { moments += (0..<144).map { (Double($0) * 600 + 10, host, true) } }
        for burst in 0..<bursts {
            let (start, host) = (86_400 * Double(burst) / Double(bursts), Self.hosts[pick(Self.hosts.count)])
            for _ in 0..<40 { moments.append((start + random(0...900), host, false)) }
        }
        for (second, host, isRegular) in moments.sorted(by: { $0.second < $1.second }) {
            // Hosts go through an hour of trouble now and then.
            let isTroubled = (Int(second / 3600) + host.utf8.count) % 5 == 0
            var events: [Event] = []
            if isRegular {
                events.append(event(of: host, at: second, .perf, perf(isTroubled)))
                if !isTroubled {
                    events.append(event(of: host, at: second, .acct, ["job": "job-0", "command": "job-0"]))
                }
            } else {
                for _ in 0...pick(3) { events.append(event(of: host, at: second - lateness(), isTroubled)) }
            }
            // Timers count from when events came, which a replay knows from their emitters.
            let time = Self.start + .seconds(second + 1)
            for index in events.indices { events[index].recordedTime = time }
            messages.append(Message(time: time, events: events))
        }
        // Some come twice, as after a broken connection.
        for index in messages.indices.reversed() where pick(40) == 0 {
            messages.insert(messages[index], at: min(index + 1 + pick(3), messages.count))
        }
        var latest = Self.start
        messages = messages.map { message in
            latest = max(latest, message.time)
            return Message(time: latest, events: message.events)
        }
    }

    private mutating func event(of host: String, at second: Double, _ isTroubled: Bool) -> Event {
        switch pick(10) {
        case 0...2: event(of: host, at: second, .perf, perf(isTroubled))
        case 3: event(of: host, at: second, .acct, job(isTroubled))
        default: event(of: host, at: second, .syslog, message(isTroubled))
        }
    }

    private mutating func event(of host: String, at second: Double, _ type: EventType, _ data: ValueMap) -> Event {
        counts["\(host)\(type)", default: 0] += 1
        return Event(
            type: type, source: "//\(host)/emitter-\(type.kind)/0", id: "\(counts["\(host)\(type)"] ?? 0)",
            time: Self.start + .seconds(second), host: HostID(host) ?? .localhost, data: data)
    }

    private mutating func perf(_ isTroubled: Bool) -> ValueMap {
        ["load": .double(random(isTroubled ? 9...14 : 0...7)), "role": pick(12) == 0 ? "standby" : "active"]
    }

    private mutating func job(_ isTroubled: Bool) -> ValueMap {
        // In trouble nothing but one job runs.
        let job = isTroubled ? 2 : 1 + pick(2)
        let command = pick(30) == 0 ? "tool-\(pick(20))" : "job-\(job)"
        return ["job": .string("job-\(job)"), "command": .string(command)]
    }

    private mutating func message(_ isTroubled: Bool) -> ValueMap {
        switch pick(isTroubled ? 10 : 40) {
        case 0: ["kind": "oops"]
        case 1...2:
            ["kind": "link", "port": .int(Int64(pick(3))), "state": pick(2) == 0 ? "down" : "up"]
        case 3...7: ["kind": "failed", "user": .string("user-\(min(pick(12), pick(12)))")]
        case 8: ["kind": "accepted", "user": .string("user-\(pick(3))")]
        default: ["kind": "talk", "user": "nobody"]
        }
    }

    /// Most events are told at once, some a few seconds late.
    private mutating func lateness() -> Double { pick(10) == 0 ? random(0...4) : 0 }

    private mutating func random(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }
    private mutating func pick(_ count: Int) -> Int { .random(in: 0..<count, using: &generator) }
}
