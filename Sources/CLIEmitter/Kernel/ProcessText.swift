import ExhaustRuntime

/// Reads the texts of /proc/PID (proc(5)).
package enum ProcessText {
    /// The arguments of `cmdline`, each ended by a NUL. What is not UTF-8 is replaced.
    package static func arguments(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    /// `stat`: name, parent, session, terminal and start.
    package static func stat(_ text: String, into details: inout ProcessDetails) {
        // The name may hold blanks and parentheses itself.
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return }
        details.name = String(text[text.index(after: open)..<close])
        let fields = text[text.index(after: close)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 19 else { return }
        details.parent = Int32(fields[1])
        details.session = Int32(fields[3])
        details.tty = Int32(fields[4]).map { terminal(UInt32(bitPattern: $0)) }
        details.startTicks = UInt64(fields[19])
    }

    /// The name of a terminal's device number: the minor's upper bits stand above the major's.
    package static func terminal(_ device: UInt32) -> String {
        let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xfff00)
        switch major {
        case 0: return ""
        case 136...143: return "pts/\((major - 136) << 8 + minor)"
        case 4: return minor < 64 ? "tty\(minor)" : "ttyS\(minor - 64)"
        case 5 where minor == 1: return "console"
        default: return "\(major):\(minor)"
        }
    }

    /// `status`: the users and groups.
    package static func status(_ text: String, into details: inout ProcessDetails) {
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon]
            guard key == "Uid" || key == "Gid" else { continue }
            let ids = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) }
            guard ids.count == 4 else { continue }
            let users = ProcessDetails.Users(real: ids[0], effective: ids[1], saved: ids[2])
            if key == "Uid" { details.users = users } else { details.groups = users }
        }
    }

    /// `cgroup`: the systemd unit and the container.
    package static func cgroup(_ text: String, into details: inout ProcessDetails) {
        let group = ControlGroup(file: Array(text.utf8))
        (details.unit, details.container) = (group?.unit, group?.container)
    }
}
