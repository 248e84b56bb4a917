/// A controlling terminal by its device numbers.
package struct Terminal: Sendable, Hashable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    /// Reads `old_encode_dev` of the kernel: eight bits each. 0 means no terminal and gives `nil`.
    package init?(device: UInt16) {
        guard device != 0 else { return nil }
        major = Int(device >> 8)
        minor = Int(device & 0xff)
    }

    /// `136:3`, as in /proc/self/mountinfo and `lsblk`.
    package var description: String { "\(major):\(minor)" }
}
