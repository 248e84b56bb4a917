import ExhaustCore

/// `rate_limit`: how much is taken from one sender.
package struct RateLimit: Sendable, Hashable {
    /// Messages a second in the long run.
    let perSecond: Int
    /// Messages at once, after a pause.
    let burst: Int
}

extension RateLimit: Decodable {
    enum CodingKeys: String, CodingKey {
        case perSecond = "per_second"
        case burst
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        perSecond = try container.decode(Int.self, forKey: .perSecond)
        burst = try container.decodeIfPresent(Int.self, forKey: .burst) ?? perSecond
        for (key, value) in [("per_second", perSecond), ("burst", burst)] where !(1...1_000_000_000).contains(value) {
            throw ValueCodingError(path: ["rate_limit", key], message: "must be within 1 and 1000000000")
        }
    }
}

/// Whom a limit is for.
enum LimitedSender: Hashable {
    case address(String), user(UInt32)
    /// All for whom there was no room in the table.
    case others
}

/// How much each sender may still send: a bucket that fills at the limit's rate (RFC 2697 has the idea).
struct RateLimiter {
    private struct Bucket {
        var tokens: Double
        var filled: ContinuousClock.Instant
    }

    /// `nil` takes everything.
    var limit: RateLimit?
    private var buckets: [LimitedSender: Bucket] = [:]
    private var nextSweep: ContinuousClock.Instant?
    /// How many senders are known apart.
    static let senders = 10_000

    /// Takes one message if the sender may send it; gives whom it counts for if not.
    mutating func refuses(
        _ sender: @autoclosure () -> LimitedSender, at now: ContinuousClock.Instant
    ) -> LimitedSender? {
        guard let limit else { return nil }
        let sender = known(sender(), limit, now)
        var bucket = filled(sender, limit, now)
        defer { buckets[sender] = bucket }
        guard bucket.tokens >= 1 else { return sender }
        bucket.tokens -= 1
        return nil
    }

    /// Takes `count` messages that are here already; gives how long the sender must be silent for them.
    mutating func owes(_ count: Int, _ sender: LimitedSender, at now: ContinuousClock.Instant) -> Duration? {
        guard let limit, count > 0 else { return nil }
        let sender = known(sender, limit, now)
        var bucket = filled(sender, limit, now)
        bucket.tokens -= Double(count)
        buckets[sender] = bucket
        return bucket.tokens < 0 ? .seconds(-bucket.tokens / Double(limit.perSecond)) : nil
    }

    private func filled(_ sender: LimitedSender, _ limit: RateLimit, _ now: ContinuousClock.Instant) -> Bucket {
        guard var bucket = buckets[sender] else { return Bucket(tokens: Double(limit.burst), filled: now) }
        let new = (now - bucket.filled) / .seconds(1) * Double(limit.perSecond)
        bucket.tokens = min(Double(limit.burst), bucket.tokens + new)
        bucket.filled = now
        return bucket
    }

    /// The sender itself, or all others if it is new and the table is full. A bucket that is full again says the same
    /// as none, so those go; that is a look at all of them, done once a second at most: addresses can be forged.
    private mutating func known(
        _ sender: LimitedSender, _ limit: RateLimit, _ now: ContinuousClock.Instant
    ) -> LimitedSender {
        guard buckets.count >= Self.senders, buckets[sender] == nil else { return sender }
        if nextSweep.map({ now >= $0 }) ?? true {
            nextSweep = now + .seconds(1)
            buckets = buckets.filter { filled($0.key, limit, now).tokens < Double(limit.burst) }
        }
        return buckets.count < Self.senders ? sender : .others
    }
}
