@testable import AcctEmitter

/// What GNU dump-acct prints of a record, made from ours.
enum DumpAcct {
    /// One line: command, version, user, system and elapsed ticks, uid, gid, memory, io, pid, ppid, flags, exit code,
    /// terminal. The start is left out: dump-acct prints it in local time, and tests compare it apart.
    static func line(_ record: AcctRecord) -> [String] {
        let flags: [(AcctFlags, String)] = [(.superUser, "S"), (.fork, "F"), (.core, "D"), (.signal, "X")]
        let code = if case .exited(let code) = record.exit { code } else { 0 }
        return [
            "v\(record.version)", "\(record.userTicks)", "\(record.systemTicks)", "\(Int(record.elapsedTicks))",
            "\(record.userID)", "\(record.groupID)", "\(record.averageMemoryKiB)", "\(record.transferred)",
            "\(record.pid)", "\(record.parentPID)",
            flags.filter { record.flags.contains($0.0) }.map(\.1).joined(), "\(code)",
        ]
    }

    /// The same fields of what dump-acct printed, with the command's bytes and the start's text beside them.
    static func parse(_ output: [UInt8]) -> [(command: [UInt8], fields: [String], start: String)] {
        output.split(separator: 10).map { line in
            let columns = line.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            let fields = columns[1...12].map { column in
                let text = String(decoding: column, as: UTF8.self).filter { $0 != " " }
                return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
            }
            let name = columns[0].reversed().drop { $0 == 0x20 }.reversed()
            return (Array(name), Array(fields), String(decoding: columns.last ?? [], as: UTF8.self))
        }
    }
}
