package import ExhaustCore

/// What is read of /proc/PID/status.
package struct ProcessStatus: Sendable, Hashable {
    /// The real user.
    package var userID: UInt32?
    package var voluntarySwitches: UInt64?
    package var involuntarySwitches: UInt64?

    /// Reads the file; what it lacks is `nil`.
    package init(_ text: ByteScanner) {
        var text = text
        while var line = text.line() {
            if line.skip("Uid:") {
                userID = line.number().flatMap(UInt32.init(exactly:))
            } else if line.skip("voluntary_ctxt_switches:") {
                voluntarySwitches = line.number()
            } else if line.skip("nonvoluntary_ctxt_switches:") {
                involuntarySwitches = line.number()
            }
        }
    }

    /// Bytes that reached disks, from /proc/PID/io, which only the process's user and root may read.
    package static func diskIO(_ text: ByteScanner) -> ValueMap? {
        var text = text
        var (read, written): (UInt64?, UInt64?)
        while var line = text.line() {
            if line.skip("read_bytes:") {
                read = line.number()
            } else if line.skip("write_bytes:") {
                written = line.number()
            }
        }
        guard let read, let written else { return nil }
        return ["read": read.value, "write": written.value]
    }
}
