import ExhaustCore

/// The keys under `state`: where the analyzer keeps what it knows, for the next start.
package struct StateConfiguration: Sendable, Hashable {
    /// The folder; empty to keep nothing but what the journal holds.
    package var directory = "/var/lib/exhaust/analyzer/state"
    /// Time between two snapshots.
    package var interval = Duration.seconds(30)
    /// How many bytes a snapshot may have; a larger one is not written.
    package var maxBytes = 256 << 20
    /// How far back recorded telemetry is read for a partition of which there is no snapshot.
    package var warmUp = Duration.seconds(900)

    /// The defaults.
    package init() {}
}

extension StateConfiguration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case directory, interval
        case maxBytes = "max_bytes"
        case warmUp = "warm_up"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        directory = try values.decodeIfPresent(String.self, forKey: .directory) ?? directory
        interval = try values.decodeIfPresent(Duration.self, forKey: .interval) ?? interval
        maxBytes = try values.decodeIfPresent(Int.self, forKey: .maxBytes) ?? maxBytes
        warmUp = try values.decodeIfPresent(Duration.self, forKey: .warmUp) ?? warmUp
        guard directory.isEmpty || directory.hasPrefix("/") else {
            throw Self.error(.directory, "must be an absolute path, or empty for no snapshots")
        }
        guard (.milliseconds(100) ... .seconds(3600)).contains(interval) else {
            throw Self.error(.interval, "must be from 100ms to 1h")
        }
        guard (1 << 16...1 << 31).contains(maxBytes) else {
            throw Self.error(.maxBytes, "must be from \(1 << 16) to \(1 << 31)")
        }
        guard (.zero ... .seconds(86_400)).contains(warmUp) else { throw Self.error(.warmUp, "must be from 0s to 1d") }
    }

    private static func error(_ key: CodingKeys, _ message: String) -> ValueCodingError {
        ValueCodingError(path: ["state", key.rawValue], message: message)
    }
}
