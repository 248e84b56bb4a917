import ExhaustCore
import ExhaustRuntime

/// What of the host's network can change.
package enum NetworkSubject: String, Sendable, CaseIterable, Codable {
    case link, address, route, neighbour

    var type: EventType { EventType(rawValue: "exhaust.net.\(rawValue)") }
}

/// What changed in the host's network, as an event tells it.
struct NetworkChange: Sendable {
    /// What became of it.
    enum Action: String, Sendable {
        /// It was there when the emitter started.
        case present
        case added, changed, removed
    }

    let subject: NetworkSubject
    let action: Action
    let data: ValueMap
    let isTrouble: Bool

    init(_ action: Action, _ entity: some NetworkEntity, previous: ValueMap = [:], wasTroubled: Bool = false) {
        subject = type(of: entity).subject
        self.action = action
        isTrouble = action == .removed ? entity.isMissed : entity.isTroubled && !wasTroubled
        var data = entity.identity
        for entry in entity.attributes.entries { data[entry.key] = entry.value }
        if !previous.isEmpty { data["exhaust.net.previous"] = .map(previous) }
        self.data = data
    }

    /// OpenTelemetry's INFO and WARN.
    func record(at time: Timestamp) -> TelemetryRecord {
        var whole: ValueMap = ["exhaust.net.change": .string(action.rawValue)]
        for entry in data.entries { whole[entry.key] = entry.value }
        return TelemetryRecord(type: subject.type, time: time, severityNumber: isTrouble ? 13 : 9, data: whole)
    }
}
