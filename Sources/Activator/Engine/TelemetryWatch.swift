import ExhaustCore

/// Knows from heartbeats whether a host's emitters can still be heard: an outcome is not judged from silence.
struct TelemetryWatch: Sendable {
    private struct Heard: Sendable {
        var last: Timestamp
        var interval: Duration
    }

    private var emitters: [HostID: [String: Heard]] = [:]

    /// Notes a heartbeat at the time when it was made.
    mutating func note(_ status: RoleStatus, from host: HostID, at time: Timestamp) {
        guard status.role.hasPrefix("emitter-") else { return }
        if status.state == .stopped {
            // Kept: an emitter that was stopped is silent, not forgotten.
            emitters[host]?[status.role]?.interval = .zero
            return
        }
        emitters[host, default: [:]][status.role] = Heard(last: time, interval: .seconds(status.intervalSeconds))
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
