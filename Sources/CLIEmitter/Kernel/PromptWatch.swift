import ExhaustCore
import Glibc

/// Tells whether a shell reads a line from its terminal, by what the kernel says of both: it is then at its prompt, and
/// not at a command.
struct PromptWatch {
    private let root: String

    /// A watch of `root`, which is `/proc`.
    init(root: String = "/proc") { self.root = root }

    /// Whether `pid` is in its terminal's foreground, and the terminal gives each key as it comes: line editors need
    /// that, and shells undo it before they run anything. `false` if it cannot be told.
    func isEditing(_ pid: Int32) -> Bool {
        guard let terminal = ownTerminal(of: pid) else { return false }
        let input = "\(root)/\(pid)/fd/0"
        var status = stat()
        // Opened is only what is that terminal, since to open other devices may do something.
        guard stat(input, &status) == 0, status.st_mode & S_IFMT == S_IFCHR,
            UInt32(truncatingIfNeeded: status.st_rdev) == terminal
        else { return false }
        let file = open(input, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var mode = termios()
        return tcgetattr(file, &mode) == 0 && mode.c_lflag & tcflag_t(ICANON) == 0
    }

    /// The device of the terminal of which it has the foreground.
    private func ownTerminal(of pid: Int32) -> UInt32? {
        // A process that is gone has none.
        guard let bytes = try? FileContent.read("\(root)/\(pid)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 5, fields[2] == fields[5], let device = Int32(fields[4]), device != 0 else { return nil }
        return UInt32(bitPattern: device)
    }
}
