import ExhaustCore

/// Which instances of a role are alive, as one of them sees it from heartbeats, and which partitions are whose.
///
/// A heartbeat that does not come may be its sender's fault or the listener's own. So an instance listens to itself
/// too: while it does not hear itself, it holds nobody's silence against anyone.
package struct Membership: Sendable {
    private struct Peer {
        var heard: ContinuousClock.Instant
        var interval: Duration
    }

    private let own: String
    private let interval: Duration
    private var peers: [String: Peer] = [:]
    private var heardSelf: ContinuousClock.Instant?
    /// Since when it has heard itself without a break.
    private var hearingSince: ContinuousClock.Instant?

    /// How many intervals without a heartbeat make an instance dead.
    private static let patience = 1.5

    /// What the instance `own` (its source), which beats each `interval`, knows in the beginning: itself.
    package init(own: String, interval: Duration) {
        self.own = own
        self.interval = interval
    }

    /// Takes a heartbeat of `source`. Says whether that is an instance that was not known.
    package mutating func note(
        _ source: String, isStopped: Bool, interval: Duration, at now: ContinuousClock.Instant
    ) -> Bool {
        if source == own {
            if heardSelf.map({ now - $0 > self.interval * Self.patience }) ?? true { hearingSince = now }
            heardSelf = now
            return false
        }
        if isStopped {
            peers[source] = nil
            return false
        }
        let isNew = peers[source] == nil
        peers[source] = Peer(heard: now, interval: interval)
        return isNew
    }

    /// The sources of all instances that are alive, in order.
    package mutating func members(at now: ContinuousClock.Instant) -> [String] {
        if let heardSelf, let hearingSince, now - heardSelf <= interval * Self.patience {
            peers = peers.filter { now - max($0.value.heard, hearingSince) <= $0.value.interval * Self.patience }
        }
        return (peers.keys + [own]).sorted()
    }

    /// This instance's share of `partitions` partitions.
    package mutating func share(of partitions: Int, at now: ContinuousClock.Instant) -> [Int] {
        Self.share(of: own, among: members(at: now), partitions: partitions)
    }

    /// The share of `member`, as every member computes it: highest random weight (Thaler and Ravishankar, "A Name-Based
    /// Mapping Scheme for Rendezvous", 1996), but nobody takes more than an even share.
    package static func share(of member: String, among members: [String], partitions: Int) -> [Int] {
        guard !members.isEmpty else { return [] }
        let most = (partitions + members.count - 1) / members.count
        var loads: [String: Int] = [:]
        var share: [Int] = []
        for partition in 0..<partitions {
            let free = members.filter { loads[$0, default: 0] < most }
            guard let owner = free.max(by: { weight($0, partition) < weight($1, partition) }) else { continue }
            loads[owner, default: 0] += 1
            if owner == member { share.append(partition) }
        }
        return share
    }

    private static func weight(_ member: String, _ partition: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in member.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // FNV mixes its last bytes poorly, and the partition is what must decide.
        var mixed = SeededGenerator(seed: hash ^ UInt64(partition) &* 0x9e37_79b9_7f4a_7c15)
        return mixed.next()
    }
}
