import ExhaustCore

/// Knows from heartbeats whether a host's emitters can still be heard: an outcome is not judged from silence.
struct TelemetryWatch: Sendable {
    private struct Heard: Sendable {
        var last: Timestamp
        var interval: Duration
    }

    /// A longer interval, in seconds, is no heartbeat.
    private static let longestInterval = 3600.0
    private static let rolesPerHost = 16

    private var emitters: [HostID: [String: Heard]] = [:]

    /// Notes the heartbeat in `event`, which must come from the role that it names. A host whose clock runs ahead is
    /// not thereby heard in the future.
    mutating func note(_ status: RoleStatus, in event: Event, now: Timestamp) {
        guard status.role.hasPrefix("emitter-"), EventSource(event.source)?.role == status.role,
            (0.001...Self.longestInterval).contains(status.intervalSeconds)
        else { return }
        let known = emitters[event.host]?[status.role]
        guard known != nil || (emitters[event.host]?.count ?? 0) < Self.rolesPerHost else { return }
        // An emitter that was stopped is silent at once, not forgotten.
        let interval = status.state == .stopped ? Duration.zero : .seconds(status.intervalSeconds)
        emitters[event.host, default: [:]][status.role] = Heard(last: min(event.time, now), interval: interval)
    }

    /// Why `host` cannot be judged at `now`; `nil` if all of its emitters were heard within three intervals. Where no
    /// host has ever been heard, as in a replay of facts alone, nothing is held against anyone.
    func silence(of host: HostID, at now: Timestamp) -> String? {
        guard !emitters.isEmpty else { return nil }
        guard let roles = emitters[host] else { return "no emitter of \(host) was ever heard" }
        for (role, heard) in roles.sorted(by: { $0.key < $1.key }) where now > heard.last + heard.interval * 3 {
            return "\(role) of \(host) is silent since \(heard.last)"
        }
        return nil
    }
}
