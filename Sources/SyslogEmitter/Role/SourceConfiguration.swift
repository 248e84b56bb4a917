import ExhaustCore

/// The keys of `exhaust-emitter-syslog` for inputs that can be read again.
package struct SourceConfiguration: Sendable, Hashable, Decodable {
    /// `files`: which files to follow; default none.
    package var files: [FileRule]
    /// `max_open_files`: how many of them are open at once; default 256.
    package var openFiles: Int
    /// `kmsg`: whether to read the kernel's log; default no.
    package var kernel: Bool
    /// `journald`: how to read systemd's journal; default not at all.
    package var journal: JournalRule?
    /// `state_directory`: where positions are kept; default `/var/lib/exhaust/emitter-syslog`.
    package var stateFolder: String

    private enum CodingKeys: String, CodingKey {
        case files
        case openFiles = "max_open_files"
        case kernel = "kmsg"
        case journal = "journald"
        case stateFolder = "state_directory"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        files = try container.decodeIfPresent([FileRule].self, forKey: .files) ?? []
        openFiles = try container.decodeIfPresent(Int.self, forKey: .openFiles) ?? 256
        kernel = try container.decodeIfPresent(Bool.self, forKey: .kernel) ?? false
        journal = try container.decodeIfPresent(JournalSwitch.self, forKey: .journal)?.rule
        stateFolder =
            try container.decodeIfPresent(String.self, forKey: .stateFolder) ?? "/var/lib/exhaust/emitter-syslog"
        var paths: Set<String> = []
        for (index, rule) in files.enumerated() where !paths.insert(rule.path).inserted {
            throw ValueCodingError(path: ["files", "[\(index)]", "path"], message: "'\(rule.path)' is there already")
        }
        guard (8...65_536).contains(openFiles) else {
            throw ValueCodingError(path: ["max_open_files"], message: "must be within 8 and 65536")
        }
        guard stateFolder.hasPrefix("/") else {
            throw ValueCodingError(path: ["state_directory"], message: "must be an absolute path")
        }
    }

    /// Whether there is anything to read.
    package var isEmpty: Bool { files.isEmpty && !kernel && journal == nil }
}

/// `true`, `false`, or a map of keys.
private struct JournalSwitch: Decodable {
    let rule: JournalRule?

    init(from decoder: any Decoder) throws {
        switch try Value(from: decoder) {
        case .bool(false): rule = nil
        case .bool(true): rule = try JournalRule().checked(at: decoder.codingPath)
        default: rule = try JournalRule(from: decoder)
        }
    }
}
