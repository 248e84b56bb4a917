import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-acct`, beside those of every role.
package struct AcctConfiguration: RoleConfiguration {
    /// Where ends of processes are learned from.
    package enum Source: String, Sendable, Decodable {
        case pacct, taskstats
    }

    /// What is published.
    package enum Form: String, Sendable, Decodable {
        /// An event for each process.
        case each
        /// Counts by command and user each minute.
        case summaries
    }

    /// `sources`: both by default, joined.
    package var sources: [Source]
    /// `accounting`: who turns it on; `turn_on` by default.
    package var accounting: PacctFollower.Settings.Mode
    /// `file`: the accounting file; default `/var/lib/exhaust/emitter-acct/pacct`.
    package var file: String
    /// `rotate_bytes`: the size at which a new file is begun; default 16 MiB.
    package var rotateBytes: Int
    /// `poll_interval`: how often to look for records where inotify does not work; default 50 ms.
    package var pollInterval: Duration
    /// `details`: whether to ask /proc for program, login user and control group; by default it does.
    package var details: Bool
    /// `publish`: `each` by default.
    package var publish: Form

    enum CodingKeys: String, CodingKey {
        case sources, accounting, file, details, publish
        case rotateBytes = "rotate_bytes"
        case pollInterval = "poll_interval"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sources = try container.decodeIfPresent([Source].self, forKey: .sources) ?? [.pacct, .taskstats]
        accounting =
            try container.decodeIfPresent(PacctFollower.Settings.Mode.self, forKey: .accounting) ?? .turnOn
        file = try container.decodeIfPresent(String.self, forKey: .file) ?? "/var/lib/exhaust/emitter-acct/pacct"
        rotateBytes = try container.decodeIfPresent(Int.self, forKey: .rotateBytes) ?? 16 << 20
        pollInterval = try container.decodeIfPresent(Duration.self, forKey: .pollInterval) ?? .milliseconds(50)
        details = try container.decodeIfPresent(Bool.self, forKey: .details) ?? true
        publish = try container.decodeIfPresent(Form.self, forKey: .publish) ?? .each
        guard !sources.isEmpty else {
            throw ValueCodingError(path: ["sources"], message: "must name pacct, taskstats or both")
        }
        guard file.hasPrefix("/"), !file.hasSuffix("/") else {
            throw ValueCodingError(path: ["file"], message: "must be the absolute path of a file")
        }
        guard rotateBytes >= AcctRecord.size else {
            throw ValueCodingError(path: ["rotate_bytes"], message: "must be at least \(AcctRecord.size), one record")
        }
        guard pollInterval >= .milliseconds(1) else {
            throw ValueCodingError(path: ["poll_interval"], message: "must be at least 1ms")
        }
    }

    package func validate() throws {}
}

extension AcctConfiguration {
    var followerSettings: PacctFollower.Settings {
        PacctFollower.Settings(
            file: file, rotateBytes: UInt64(rotateBytes), pollInterval: pollInterval, mode: accounting,
            hasDetails: details)
    }
}
