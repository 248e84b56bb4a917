import ExhaustCore

/// One entry under `files`: which files to follow, and how to read them.
package struct FileRule: Sendable, Hashable {
    /// What the lines are.
    package enum Format: String, Sendable, Decodable, CaseIterable {
        /// Syslog messages as another daemon writes them.
        case syslog
        /// Text.
        case plain
    }

    /// Where to begin in files that are there when the rule is first in force. Later ones are read from their start.
    package enum Start: String, Sendable, Decodable, CaseIterable {
        case start, end
    }

    /// `path`: an absolute path, or a pattern as glob(7) has it.
    package var path: String
    /// `format`; default syslog.
    package var format: Format
    /// `app_name`: `log.syslog.appname` of messages that have none.
    package var appName: String?
    /// `from`; default the end.
    package var from: Start
    /// `multiline`; default none.
    package var grouping: LineGrouping
}

extension FileRule: Decodable {
    private enum CodingKeys: String, CodingKey {
        case path, format, from
        case appName = "app_name"
        case grouping = "multiline"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        format = try container.decodeIfPresent(Format.self, forKey: .format) ?? .syslog
        appName = try container.decodeIfPresent(String.self, forKey: .appName)
        from = try container.decodeIfPresent(Start.self, forKey: .from) ?? .end
        grouping = try container.decodeIfPresent(LineGrouping.self, forKey: .grouping) ?? .single
        guard path.hasPrefix("/"), !path.hasSuffix("/") else {
            throw ValueCodingError(
                path: (decoder.codingPath + [CodingKeys.path]).texts,
                message: "must be the absolute path of a file, or a pattern of such")
        }
        guard appName?.isEmpty != true else {
            throw ValueCodingError(
                path: (decoder.codingPath + [CodingKeys.appName]).texts, message: "must not be empty")
        }
    }
}
