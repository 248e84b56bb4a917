package import ExhaustCore

/// The helper's datagram: `name=value` fields, each ended by a NUL, the first of which is `exhaust-cli=1`.
///
/// Anyone may send to the socket, so that every field is checked and bounded, and one that is unknown, comes twice or
/// belongs to the other phase makes the whole no report.
package enum HookDatagram {
    /// The largest datagram that can be a report.
    package static let limit = 48 * 1024

    /// Why a datagram is no report.
    package struct Flaw: Error, Sendable, Hashable {
        package let reason: String
    }

    /// Reads a report.
    package static func parse(
        _ bytes: some Collection<UInt8>, sender: HookReport.Sender, received: Timestamp
    ) throws(Flaw) -> HookReport {
        guard bytes.count <= limit, bytes.reversed().first == 0 else { throw Flaw(reason: "it is cut off") }
        var fields: [String: Substring] = [:]
        for (index, part) in bytes.dropLastByte.split(separator: 0, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: part, as: UTF8.self)
            guard let equals = text.firstIndex(of: "=") else { throw Flaw(reason: "a field has no name") }
            let name = String(text[..<equals])
            if index == 0, name != "exhaust-cli" { throw Flaw(reason: "it is not the helper's") }
            guard known.contains(name), fields.updateValue(text[text.index(after: equals)...], forKey: name) == nil
            else { throw Flaw(reason: "a field is unknown or repeated") }
        }
        guard fields["exhaust-cli"] == "1" else { throw Flaw(reason: "the helper is of another version") }
        return try report(fields, sender, received)
    }

    private static let known: Set<String> = [
        "exhaust-cli", "phase", "shell", "pid", "number", "tty", "cwd", "truncated", "command", "exit", "microseconds",
    ]

    private static func report(
        _ fields: [String: Substring], _ sender: HookReport.Sender, _ received: Timestamp
    ) throws(Flaw) -> HookReport {
        guard let phase = fields["phase"].flatMap({ HookReport.Phase(rawValue: String($0)) }),
            let shell = fields["shell"], ["bash", "zsh", "fish"].contains(shell),
            let pid = fields["pid"].flatMap({ Int32($0) }), pid >= 0,
            let number = fields["number"].flatMap({ UInt64($0) })
        else { throw Flaw(reason: "phase, shell, pid or number is missing or wrong") }
        var report = HookReport(
            phase: phase, shell: String(shell), shellPID: pid, number: number, sender: sender, received: received)
        if let tty = fields["tty"] {
            guard tty.hasPrefix("/"), tty.utf8.count <= 256 else { throw Flaw(reason: "tty is wrong") }
            report.tty = String(tty)
        }
        switch phase {
        case .start:
            // The folder is missing if it was removed, or may not be looked at.
            let folder = fields["cwd"] ?? ""
            guard let command = fields["command"], !command.isEmpty, folder.utf8.count <= 4096,
                command.utf8.count <= 3 * HookReport.commandLimit, fields["exit"] ?? fields["microseconds"] == nil
            else { throw Flaw(reason: "command or cwd is missing or wrong") }
            report.workingDirectory = String(folder)
            report.isTruncated = fields["truncated"] == "1" || command.utf8.count > HookReport.commandLimit
            report.command = bounded(command)
        case .end:
            guard let exit = fields["exit"].flatMap({ Int32($0) }), (0...255).contains(exit),
                fields["command"] ?? fields["cwd"] ?? fields["truncated"] == nil
            else { throw Flaw(reason: "exit is missing or wrong") }
            report.exitCode = exit
            // A clock that was set back gives a negative number, which is no duration.
            report.duration = fields["microseconds"].flatMap { Int64($0) }.flatMap {
                (0...31_536_000_000_000).contains($0) ? .microseconds($0) : nil
            }
        }
        return report
    }

    /// The first characters that fit; bytes that are no UTF-8 have grown by their replacement.
    private static func bounded(_ text: Substring) -> String {
        guard text.utf8.count > HookReport.commandLimit else { return String(text) }
        var end = text.utf8.index(text.startIndex, offsetBy: HookReport.commandLimit)
        while end > text.startIndex, text.utf8[end] & 0xc0 == 0x80 { end = text.utf8.index(before: end) }
        return String(decoding: text.utf8[..<end], as: UTF8.self)
    }
}

extension Collection<UInt8> {
    fileprivate var dropLastByte: SubSequence { prefix(Swift.max(0, count - 1)) }
}
