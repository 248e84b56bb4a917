import ExhaustCore

/// The keys under `spool`: where an emitter keeps what the broker has not confirmed, and how carefully.
package struct SpoolConfiguration: Sendable, Hashable {
    /// When the disk is made sure of.
    package enum Sync: String, Sendable, Decodable {
        /// Before a record counts as taken.
        case always
        /// Each `interval`, of what is not confirmed by then.
        case interval
        /// Never by the emitter: what is written survives its death, not the machine's.
        case never
    }

    /// What to do when there is no room.
    package enum WhenFull: String, Sendable, Decodable {
        /// Make sources wait.
        case block
        /// Drop the oldest events and say how many.
        case dropOldest = "drop-oldest"
    }

    /// The folder; empty for no spool, `nil` for the role's usual one.
    package var directory: String?
    package var sync = Sync.interval
    package var interval = Duration.milliseconds(100)
    /// How many bytes the segments may have together.
    package var maxBytes = 256 << 20
    package var whenFull = WhenFull.dropOldest

    /// A configuration with the defaults.
    package init(directory: String? = nil) { self.directory = directory }

    /// The smallest size: room for some segments of some batches.
    package static let leastBytes = 1 << 20
    private static let mostBytes = 1 << 40

    /// The folder for `role`; `nil` for no spool.
    package func folder(of role: String) -> String? {
        let folder = directory ?? "/var/lib/exhaust/\(role)/spool"
        return folder.isEmpty ? nil : folder
    }
}

extension SpoolConfiguration: Decodable {
    enum CodingKeys: String, CodingKey {
        case directory, interval
        case sync = "fsync"
        case maxBytes = "max_bytes"
        case whenFull = "full"
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        directory = try container.decodeIfPresent(String.self, forKey: .directory)
        sync = try container.decodeIfPresent(Sync.self, forKey: .sync) ?? sync
        interval = try container.decodeIfPresent(Duration.self, forKey: .interval) ?? interval
        maxBytes = try container.decodeIfPresent(Int.self, forKey: .maxBytes) ?? maxBytes
        whenFull = try container.decodeIfPresent(WhenFull.self, forKey: .whenFull) ?? whenFull
        guard directory.map({ $0.isEmpty || $0.hasPrefix("/") }) ?? true else {
            throw ValueCodingError(path: ["spool", "directory"], message: "must be an absolute path, or empty for none")
        }
        guard (.milliseconds(1) ... .seconds(60)).contains(interval) else {
            throw ValueCodingError(path: ["spool", "interval"], message: "must be from 1ms to 1m")
        }
        guard (Self.leastBytes...Self.mostBytes).contains(maxBytes) else {
            throw ValueCodingError(
                path: ["spool", "max_bytes"], message: "must be from \(Self.leastBytes) to \(Self.mostBytes)")
        }
    }
}
