import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-acct`, beside those of every role.
package struct AcctConfiguration: RoleConfiguration {
    /// `file`: the accounting file; default `/var/lib/exhaust/emitter-acct/pacct`.
    package var file: String
    /// `rotate_bytes`: the size at which a new file is begun; default 16 MiB.
    package var rotateBytes: Int
    /// `poll_interval`: how often to look for records where inotify does not work; default 50 ms.
    package var pollInterval: Duration

    enum CodingKeys: String, CodingKey {
        case file
        case rotateBytes = "rotate_bytes"
        case pollInterval = "poll_interval"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        file = try container.decodeIfPresent(String.self, forKey: .file) ?? "/var/lib/exhaust/emitter-acct/pacct"
        rotateBytes = try container.decodeIfPresent(Int.self, forKey: .rotateBytes) ?? 16 << 20
        pollInterval = try container.decodeIfPresent(Duration.self, forKey: .pollInterval) ?? .milliseconds(50)
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
        PacctFollower.Settings(file: file, rotateBytes: UInt64(rotateBytes), pollInterval: pollInterval)
    }
}
