import ExhaustCore

/// Tells whether telemetry is held back on its way, so that silence proves nothing.
///
/// A host is late while its events are much older, when they are handled, than its freshest of the last ten to twenty
/// minutes were; so a clock that is wrong, and what an emitter sends only after a while, make no lag. Telemetry lags
/// while most of the hosts that are heard are late, or when none of several was heard for 15 s, since every role beats
/// each 5 s. 1,000 hosts are watched, more would not change what most do; about 100 bytes each.
struct LagWatch: Sendable, Codable {
    private var hosts: [String: Track] = [:]
    /// When the latest event was handled, and the hosts that were not heard for long were dropped.
    private var heard: Int64?
    private var swept: Int64?
    private var judged: Int64?
    private var verdict = false

    /// What is known of one host; times and ages in nanoseconds.
    private struct Track: Sendable, Codable {
        /// When an event of it was last handled.
        var heard: Int64
        /// The least age of its events in the few seconds since.
        var recent: Int64
        var recentSince: Int64
        /// The least age of its events in the minutes since, and in those before.
        var usual: Int64
        var usualBefore: Int64
        var usualSince: Int64

        var lateness: Int64 { recent - min(usual, usualBefore) }
    }

    private static let mostHosts = 1000
    private static let limit = Duration.seconds(15).ticks
    private static let moment = Duration.seconds(5).ticks
    private static let epoch = Duration.seconds(600).ticks
    private static let silence = Duration.seconds(15).ticks
    private static let mostAge = Int64.max / 4
    private static let minute = Duration.seconds(60).ticks
    private static let second = Duration.seconds(1).ticks

    /// Notes an event that happened at `time` and is handled at `now`.
    mutating func note(_ host: HostID, time: Timestamp, now: Timestamp) {
        let now = now.ticks
        sweep(now)
        heard = now
        let age = min(max(now - time.ticks, -Self.mostAge), Self.mostAge)
        guard var track = hosts[host.description] else {
            guard hosts.count < Self.mostHosts else { return }
            hosts[host.description] = Track(
                heard: now, recent: age, recentSince: now, usual: age, usualBefore: age, usualSince: now)
            return
        }
        track.heard = now
        if now - track.recentSince >= Self.moment { (track.recent, track.recentSince) = (age, now) }
        if now - track.usualSince >= Self.epoch {
            (track.usualBefore, track.usual, track.usualSince) = (track.usual, age, now)
        }
        track.recent = min(track.recent, age)
        track.usual = min(track.usual, age)
        hosts[host.description] = track
    }

    /// Whether telemetry lags at `now`. Judged once a second.
    mutating func lags(now: Timestamp) -> Bool {
        let now = now.ticks
        if let judged, (0..<Self.second).contains(now - judged) { return verdict }
        judged = now
        let current = hosts.values.filter { now - $0.heard <= Self.silence }
        if current.isEmpty {
            // The silence of one host is its own.
            verdict = hosts.count > 1
        } else {
            verdict = 2 * current.count { $0.lateness > Self.limit } > current.count
        }
        return verdict
    }

    /// Drops the hosts that fell silent while others were heard.
    private mutating func sweep(_ now: Int64) {
        if let swept, now - swept < Self.minute { return }
        swept = now
        guard let heard else { return }
        hosts = hosts.filter { $0.value.heard >= heard - Self.epoch }
    }
}
