import ExhaustCore
import ExhaustRuntime

/// The keys of `exhaust-emitter-cli-logging`, beside those of every role.
package struct CLIConfiguration: RoleConfiguration {
    /// `kernel`: what tells of processes.
    package enum Kernel: String, Sendable, Decodable {
        case procConnector = "proc-connector"
        /// Audit for what is run, with complete arguments; the proc connector for the rest.
        case audit
        case none
    }

    /// `socket`: where the shells' helpers report; default `/run/exhaust/cli.sock`.
    package var socket: String
    package var kernel: Kernel
    /// `audit_rules`: whether the emitter adds a rule for each exec, and removes it; default not.
    package var addsAuditRules: Bool
    /// `key_directory`: where the key of the secrets' hashes is; default `/var/lib/exhaust/emitter-cli-logging`.
    package var keyDirectory: String
    /// `redaction`: what is secret beside the built-in rules.
    package var redaction: RedactionSettings

    enum CodingKeys: String, CodingKey {
        case socket, kernel, redaction
        case addsAuditRules = "audit_rules"
        case keyDirectory = "key_directory"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        socket = try container.decodeIfPresent(String.self, forKey: .socket) ?? HookSocket.standardPath
        kernel = try container.decodeIfPresent(Kernel.self, forKey: .kernel) ?? .procConnector
        addsAuditRules = try container.decodeIfPresent(Bool.self, forKey: .addsAuditRules) ?? false
        keyDirectory =
            try container.decodeIfPresent(String.self, forKey: .keyDirectory)
            ?? "/var/lib/exhaust/emitter-cli-logging"
        redaction = try container.decodeIfPresent(RedactionSettings.self, forKey: .redaction) ?? RedactionSettings()
        // sun_path of unix(7), with its NUL.
        guard socket.hasPrefix("/"), socket.utf8.count <= 107, !socket.hasSuffix("/") else {
            throw ValueCodingError(path: ["socket"], message: "must be an absolute path of at most 107 bytes")
        }
        guard keyDirectory.hasPrefix("/") else {
            throw ValueCodingError(path: ["key_directory"], message: "must be an absolute path")
        }
        guard !addsAuditRules || kernel == .audit else {
            throw ValueCodingError(path: ["audit_rules"], message: "needs kernel: audit")
        }
    }

    package func validate() throws {}

    /// Whether `other` needs no restart.
    func runsLike(_ other: CLIConfiguration) -> Bool {
        socket == other.socket && kernel == other.kernel && addsAuditRules == other.addsAuditRules
            && keyDirectory == other.keyDirectory
    }
}
