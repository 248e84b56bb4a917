import ExhaustCore
import ExhaustRuntime
import Glibc

/// The keys under `journald`: whether and how to read systemd's journal.
package struct JournalRule: Sendable, Hashable {
    /// `program`: what exports the journal; default `journalctl`.
    package var program = "journalctl"
    /// `arguments`: more of its arguments, such as `--directory=/var/log/journal`.
    package var arguments: [String] = []
    /// `from`: where to begin the first time; default the end.
    package var from = FileRule.Start.end
}

extension JournalRule: Decodable {
    private enum CodingKeys: String, CodingKey {
        case program, arguments, from
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        program = try container.decodeIfPresent(String.self, forKey: .program) ?? program
        arguments = try container.decodeIfPresent([String].self, forKey: .arguments) ?? arguments
        from = try container.decodeIfPresent(FileRule.Start.self, forKey: .from) ?? from
        // What decides where reading begins and in which form is the emitter's.
        let own = ["-o", "--output", "-f", "--follow", "-n", "--lines", "-c", "--cursor", "--after-cursor", "-r"]
        for (index, argument) in arguments.enumerated()
        where own.contains(String(argument.prefix { $0 != "=" })) {
            throw ValueCodingError(
                path: (decoder.codingPath + [CodingKeys.arguments]).texts + ["[\(index)]"],
                message: "'\(argument)' is what the emitter decides")
        }
        self = try checked(at: decoder.codingPath)
    }

    /// The rule, if its program can be run.
    func checked(at path: [any CodingKey]) throws -> JournalRule {
        let folders = (Machine.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let places = program.contains("/") ? [program] : folders.map { "\($0)/\(program)" }
        guard places.contains(where: { access($0, X_OK) == 0 }) else {
            throw ValueCodingError(
                path: (path + [CodingKeys.program]).texts, message: "there is no program '\(program)' that can be run")
        }
        return self
    }

    /// The command that exports the entry at `cursor` and what is behind it; without one all that is there, or if it is
    /// `fromEnd` the last entry alone, and what comes.
    func command(at cursor: String?, fromEnd: Bool, once: Bool) -> [String] {
        var command = [program, "--output=export", "--no-pager", "--quiet", "--all"] + arguments
        if let cursor { command.append("--cursor=\(cursor)") }
        command.append(fromEnd ? "--lines=1" : once ? "--lines=all" : "--no-tail")
        if !once { command.append("--follow") }
        return command
    }
}
