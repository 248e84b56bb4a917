import CLinux
import ExhaustCore
import Glibc

/// The kernel's audit records by its multicast group, which leaves them to auditd as well.
struct AuditSource {
    private let socket: Int32
    /// Whether audit was off before the emitter's rule; `nil` without a rule of its own.
    let wasOff: Bool?
    private var buffer = [CChar](repeating: 0, count: Self.recordBytes)
    private var assembler = AuditAssembler()
    /// MAX_AUDIT_MESSAGE_LENGTH of libaudit.
    private static let recordBytes = 8970

    /// Listens; needs CAP_AUDIT_READ, and CAP_AUDIT_CONTROL to add a rule.
    init(addsRule: Bool) throws(ExhaustError) {
        socket = exhaust_open_audit(16 << 20)
        guard socket >= 0 else {
            throw ExhaustError(
                .notPermitted, errno: errno, "the kernel's audit cannot be read",
                advice: "run as root or with CAP_AUDIT_READ, on a kernel with audit; or set kernel: proc-connector")
        }
        var off: Int32 = 0
        let result = addsRule ? exhaust_add_exec_rule(&off) : 0
        guard result == 0 else {
            Glibc.close(socket)
            throw ExhaustError(
                .notPermitted, errno: -result, "cannot add an audit rule for execs",
                advice: "run with CAP_AUDIT_CONTROL, or add the rule yourself and set audit_rules: false")
        }
        wasOff = addsRule ? off != 0 : nil
    }

    /// Removes the rule, so that the kernel does not go on to record for nobody.
    func close() throws(ExhaustError) {
        Glibc.close(socket)
        guard let wasOff else { return }
        let result = exhaust_remove_exec_rule(wasOff ? 1 : 0)
        // ENOENT: somebody else removed it.
        guard result == 0 || result == -ENOENT else {
            throw ExhaustError(
                .notPermitted, errno: -result, "the audit rule for execs could not be removed",
                advice: "auditctl -l shows it, with a key that begins with exhaust-audit")
        }
    }

    /// Waits for records, 100 ms at most, and takes some. `lost` says that the kernel dropped some before.
    mutating func receive() -> (events: [KernelEvent], lost: Bool) {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 100) > 0 else { return ([], false) }
        var events: [KernelEvent] = []
        for _ in 0..<256 {
            var type: UInt16 = 0
            let count = exhaust_receive_audit(socket, &buffer, buffer.count, &type)
            guard count >= 0 else { return (events, errno == ENOBUFS) }
            let text = buffer.withUnsafeBytes { String(decoding: $0.prefix(count), as: UTF8.self) }
            guard let kind = AuditRecord.Kind(number: type),
                let record = AuditRecord(kind: kind, text: text),
                let event = assembler.add(record)
            else { continue }
            events.append(event)
        }
        return (events, false)
    }
}
