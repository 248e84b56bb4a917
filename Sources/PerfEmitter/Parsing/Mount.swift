/// One mounted filesystem, from /proc/PID/mountinfo (proc_pid_mountinfo(5)).
package struct Mount: Sendable, Hashable {
    /// `major:minor` of the filesystem: equal for all of its mounts.
    package var deviceNumber: String
    /// The part of the filesystem that is mounted; `/` for all of it.
    package var root: [UInt8]
    /// Where, as bytes: names need not be UTF-8.
    package var point: [UInt8]
    package var type: String
    /// What is mounted, such as `/dev/sda1`.
    package var source: String
    /// Whether nothing can be written, by this mount's options or the filesystem's.
    package var isReadOnly: Bool
    /// The mount's options, such as `rw,nosuid`; those of the filesystem are not in it.
    package var options: String

    /// Reads one line; `nil` if it is none.
    package init?(_ line: ByteScanner) {
        var line = line
        line.skipWords(2)
        guard let device = line.word(), let root = line.word(), let point = line.word(), let options = line.word()
        else { return nil }
        // Any number of optional fields, ended by a dash.
        while true {
            guard let word = line.word() else { return nil }
            if word.elementsEqual([UInt8(ascii: "-")]) { break }
        }
        guard let type = line.word(), let source = line.word() else { return nil }
        deviceNumber = String(decoding: device, as: UTF8.self)
        self.root = Self.unescape(root)
        self.point = Self.unescape(point)
        self.type = String(decoding: Self.unescape(type), as: UTF8.self)
        self.source = String(decoding: Self.unescape(source), as: UTF8.self)
        self.options = String(decoding: Self.unescape(options), as: UTF8.self)
        isReadOnly = Self.isReadOnly(options) || line.word().map(Self.isReadOnly) ?? false
    }

    /// Reads a whole table; lines that are none are left out.
    package static func table(_ text: ByteScanner) -> [Mount] {
        var text = text
        var mounts: [Mount] = []
        while let line = text.line() { if let mount = Mount(line) { mounts.append(mount) } }
        return mounts
    }

    private static func isReadOnly(_ options: ArraySlice<UInt8>) -> Bool {
        options.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual([0x72, 0x6f]) }
    }

    /// Undoes the kernel's `\040` for space, and the like.
    private static func unescape(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        var plain: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) {
                plain.append(digits.reduce(0) { $0 << 3 | ($1 - 48) })
                rest = rest.dropFirst(3)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}
