import ExhaustCore

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

    /// The same fields, made from an event.
    static func fields(_ data: ValueMap) -> [String] {
        func ticks(_ key: String) -> String { "\(Int(((data[key]?.number ?? -1) * 100).rounded()))" }
        func number(_ key: String) -> String { data[key]?.int.map { "\($0)" } ?? "0" }
        let letters = [("ASU", "S"), ("AFORK", "F"), ("ACORE", "D"), ("AXSIG", "X")]
        let flags = data["exhaust.acct.flags"]?.list ?? []
        return [
            "v" + number("exhaust.acct.version"), ticks("exhaust.acct.user_seconds"),
            ticks("exhaust.acct.system_seconds"), ticks("exhaust.acct.elapsed_seconds"), number("process.user.id"),
            number("process.group.id"), number("exhaust.acct.average_memory_kib"), number("exhaust.acct.io"),
            number("process.pid"), number("process.parent_pid"),
            letters.filter { flags.contains(.string($0.0)) }.map(\.1).joined(), number("process.exit.code"),
        ]
    }

    /// The start of an event as ctime(3) writes it in UTC: `Mon Nov 23 07:52:43 2026`.
    static func start(_ data: ValueMap) -> String {
        guard let text = data["process.creation.time"]?.string, let time = Timestamp(rfc3339: text) else { return "" }
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = time.seconds / 86_400
        let date = CivilDate.date(fromDays: day)
        let clock = text.split(separator: "T")[1].prefix(8)
        let padded = date.day < 10 ? " \(date.day)" : "\(date.day)"
        return "\(days[Int(day % 7)]) \(names[date.month - 1]) \(padded) \(clock) \(date.year)"
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
