import ExhaustCore

/// Makes exec events of audit's lines.
package struct AuditAssembler: Sendable {
    private struct Event {
        var time: Timestamp
        var pid: Int32?
        var details = ProcessDetails()
        /// `a0`, and `a1[3]` for a part of a long one.
        var arguments: [Argument: String] = [:]
        var count = 0
        var hasFailed = false
    }

    private struct Argument: Hashable {
        var index: Int
        var part: Int
    }

    private static let openLimit = 1024
    private var open: [UInt64: Event] = [:]
    private var order = Queue<UInt64>()
    /// How many events were given up without their end.
    package private(set) var unfinished = 0

    package init() {}

    /// Takes a line; gives the exec that it completes. An event is complete at its EOE, or at its PROCTITLE, which is
    /// the last before that and which auditd's log ends with.
    package mutating func add(_ record: AuditRecord) -> KernelEvent? {
        switch record.kind {
        case .execve:
            with(record) { Self.addArguments(of: record, to: &$0) }
        case .syscall where record.fields["syscall"] != nil:
            with(record) { Self.addProcess(of: record, to: &$0) }
        case .cwd:
            with(record) { $0.details.workingDirectory = record.text("cwd") }
        case .title, .end:
            return finish(record.number)
        default:
            break
        }
        return nil
    }

    private mutating func with(_ record: AuditRecord, _ body: (inout Event) -> Void) {
        if open[record.number] == nil {
            order.append(record.number)
            while order.waiting.count > Self.openLimit, let oldest = order.first {
                order.removeFirst()
                // Other calls than exec are given up without a word.
                if let event = open.removeValue(forKey: oldest), event.count > 0 { unfinished += 1 }
            }
        }
        body(&open[record.number, default: Event(time: record.time)])
    }

    private static func addProcess(of record: AuditRecord, to event: inout Event) {
        event.pid = record.number("pid").map { Int32(clamping: $0) }
        event.hasFailed = record.fields["success"] == "no"
        var details = ProcessDetails()
        details.workingDirectory = event.details.workingDirectory
        details.parent = record.number("ppid").map { Int32(clamping: $0) }
        details.name = record.text("comm")
        details.executable = record.text("exe")
        details.loginUser = record.number("auid")
        details.auditSession = record.number("ses")
        if let real = record.number("uid"), let effective = record.number("euid") {
            details.users = .init(real: real, effective: effective, saved: record.number("suid"))
        }
        if let real = record.number("gid"), let effective = record.number("egid") {
            details.groups = .init(real: real, effective: effective, saved: record.number("sgid"))
        }
        if let tty = record.fields["tty"] {
            let name = tty == "(none)" ? "" : tty
            details.tty = name.hasPrefix("pts") ? "pts/\(name.dropFirst(3))" : name
        }
        event.details = details
    }

    private static func addArguments(of record: AuditRecord, to event: inout Event) {
        if let count = record.number("argc") { event.count = Int(count) }
        for key in record.fields.keys where key.hasPrefix("a") && key != "argc" {
            let parts = key.dropFirst().split(separator: "[")
            guard let index = parts.first.flatMap({ Int($0) }) else { continue }
            let part = parts.count > 1 ? Int(parts[1].dropLast()) ?? 0 : 0
            // A part may end within a character, so parts are put together as they are written.
            event.arguments[Argument(index: index, part: part)] = record.fields[key]
        }
    }

    private mutating func finish(_ number: UInt64) -> KernelEvent? {
        guard let event = open.removeValue(forKey: number), let pid = event.pid, !event.hasFailed,
            event.count > 0 || !event.arguments.isEmpty
        else { return nil }
        var details = event.details
        let ordered = event.arguments.sorted { ($0.key.index, $0.key.part) < ($1.key.index, $1.key.part) }
        var arguments: [Int: [UInt8]] = [:]
        for (place, raw) in ordered {
            let bytes =
                raw.hasPrefix("\"")
                ? Array(raw.dropFirst().utf8.prefix { $0 != 0x22 }) : AuditRecord.bytes(hexadecimal: raw)
            arguments[place.index, default: []] += bytes ?? Array(raw.utf8)
        }
        // What the kernel did not send is missing at the end.
        details.arguments = arguments.sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
        details.isTruncated = arguments.count < event.count
        return KernelEvent(pid: pid, time: event.time, .exec(details))
    }
}
