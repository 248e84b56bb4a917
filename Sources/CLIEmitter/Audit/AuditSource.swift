import CLinux
import ExhaustCore
import Glibc

/// The kernel's audit records by its multicast group, which leaves them to auditd as well.
struct AuditSource {
    private let socket: Int32
    private let hasRule: Bool
    private let wasOff: Bool
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
        // The rule is there already: somebody else's, who keeps it.
        guard result == 0 || result == -EEXIST else {
            Glibc.close(socket)
            throw ExhaustError(
                .notPermitted, errno: -result, "cannot add an audit rule for execs",
                advice: "run with CAP_AUDIT_CONTROL, or add the rule yourself and set audit_rules: false")
        }
        hasRule = addsRule && result == 0
        wasOff = off != 0
    }

    func close() {
        // Without it the kernel would go on to record for nobody; if it is gone, all is well.
        if hasRule { exhaust_remove_exec_rule(wasOff ? 1 : 0) }
        Glibc.close(socket)
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
