import ExhaustCore
import ExhaustRuntime

/// What a probe found: the data of an `exhaust.net.probe` event.
struct ProbeResult: Sendable {
    /// The address that was asked last.
    var endpoint: Endpoint?
    var failure: ProbeFailure?
    /// Other names than the probes' own.
    var fields: ValueMap = [:]
    private var measured: ValueMap = [:]

    /// A field of the probes' own, without `exhaust.net.probe.`.
    subscript(name: String) -> Value? {
        get { measured["exhaust.net.probe.\(name)"] }
        set { measured["exhaust.net.probe.\(name)"] = newValue }
    }

    /// The event's data. What this machine could not ask is `unknown`: it says nothing of the target.
    func data(of target: ProbeTarget) -> ValueMap {
        let outcome =
            switch failure?.reason {
            case nil: "success"
            case .local: "unknown"
            default: "failure"
            }
        var data: ValueMap = [
            "event.outcome": .string(outcome), "exhaust.net.probe.name": .string(target.name),
            "exhaust.net.probe.kind": .string(target.kind), "exhaust.net.probe.target": .string(target.text),
        ]
        if let endpoint {
            data["destination.address"] = .string(endpoint.address)
            if endpoint.port > 0 { data["destination.port"] = .int(Int64(endpoint.port)) }
        }
        for entry in measured.entries + fields.entries { data[entry.key] = entry.value }
        if let failure {
            data["error.type"] = .string(failure.reason.rawValue)
            data["error.message"] = .string(failure.message)
        }
        return data
    }
}
