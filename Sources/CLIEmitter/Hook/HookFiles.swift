import ExhaustCore
import Glibc

/// Installs the shells' hooks below a root folder, and removes them. Either may be done again without harm.
package struct HookFiles: Sendable {
    /// A shell that has a hook.
    package enum Shell: String, Sendable, CaseIterable { case bash, zsh, fish }

    private let root: String
    private let source: String
    private let helper: String
    private let socket: String

    /// Hooks of the folder `source` for the machine whose files lie below `root`; `helper` and `socket` are the paths
    /// that they use there.
    package init(root: String, source: String, helper: String, socket: String = HookSocket.standardPath) {
        self.root = root == "/" ? "" : root
        self.source = source
        self.helper = helper
        self.socket = socket
    }

    /// Whether the machine has files of `shell`; without, they are made only if asked for by name.
    package func isPresent(_ shell: Shell) -> Bool {
        ["/etc/\(shell.rawValue)", "/etc/\(shell.rawValue).bashrc", "/etc/\(shell.rawValue)rc"].contains {
            access(root + $0, F_OK) == 0
        }
    }

    /// Installs the hook of `shell`; gives the files that changed.
    package func install(_ shell: Shell) throws -> [String] {
        let name = "\(source)/exhaust.\(shell.rawValue)"
        let text = String(decoding: try FileContent.read(name), as: UTF8.self)
            .replacing(Self.packagedHelper, with: helper).replacing(HookSocket.standardPath, with: socket)
        var changed = try write(text, to: hookPath(of: shell)) ? [hookPath(of: shell)] : []
        for path in includes(of: shell) {
            let old = try content(of: path) ?? ""
            let new = without(block: old) + block(for: shell)
            if try write(new, to: path) { changed.append(path) }
        }
        if shell == .bash, try write(Self.profile(hookPath(of: .bash)), to: Self.profilePath) {
            changed.append(Self.profilePath)
        }
        return changed
    }

    /// Removes the hook of `shell`; gives the files that changed.
    package func remove(_ shell: Shell) throws -> [String] {
        var changed: [String] = []
        for path in includes(of: shell) {
            guard let old = try content(of: path) else { continue }
            if try write(without(block: old), to: path) { changed.append(path) }
        }
        for path in [hookPath(of: shell)] + (shell == .bash ? [Self.profilePath] : []) {
            if unlink(root + path) == 0 {
                changed.append(path)
            } else if errno != ENOENT {
                throw ExhaustError(.notPermitted, errno: errno, "cannot remove the hook", at: root + path)
            }
        }
        return changed
    }

    /// What the scripts in `deploy/hooks` name.
    private static let packagedHelper = "/usr/local/bin/exhaust-cli-report"
    private static let profilePath = "/etc/profile.d/exhaust-cli.sh"
    private static let opening = "# >>> exhaust-emitter-cli-logging >>>\n"
    private static let closing = "# <<< exhaust-emitter-cli-logging <<<\n"

    private func hookPath(of shell: Shell) -> String {
        shell == .fish ? "/etc/fish/conf.d/exhaust.fish" : "/etc/exhaust/hooks/exhaust.\(shell.rawValue)"
    }

    /// The shell's own files that source the hook: Debian's and Fedora's, whichever there are.
    private func includes(of shell: Shell) -> [String] {
        let candidates: [String]
        switch shell {
        case .bash: candidates = ["/etc/bash.bashrc", "/etc/bashrc"]
        case .zsh: candidates = ["/etc/zsh/zshrc", "/etc/zshrc"]
        case .fish: return []
        }
        let present = candidates.filter { access(root + $0, F_OK) == 0 }
        return present.isEmpty ? [candidates[0]] : present
    }

    private func block(for shell: Shell) -> String {
        let path = hookPath(of: shell)
        return Self.opening + "[ ! -r \(path) ] || . \(path)\n" + Self.closing
    }

    /// Read by every login shell, hence without a word that only bash knows. Debian's /etc/profile has read bash.bashrc
    /// before; the hook is then there already.
    private static func profile(_ hook: String) -> String {
        """
        # exhaust-emitter-cli-logging: the hook for login shells of bash.
        [ -z "${BASH_VERSION-}" ] || [ -n "${__exhaust_helper-}" ] || [ ! -r \(hook) ] || . \(hook)

        """
    }

    /// `text` without the block that `install` wrote. One whose end is missing stays, since what follows is the user's.
    private func without(block text: String) -> String {
        guard let start = text.firstRange(of: Self.opening),
            let end = text[start.upperBound...].firstRange(of: Self.closing)
        else { return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n" }
        return String(text[..<start.lowerBound] + text[end.upperBound...])
    }

    private func content(of path: String) throws -> String? {
        guard access(root + path, F_OK) == 0 else { return nil }
        return String(decoding: try FileContent.read(root + path), as: UTF8.self)
    }

    /// Replaces the file in one step, so that a shell which starts meanwhile reads either; gives whether it changed.
    private func write(_ text: String, to path: String) throws -> Bool {
        if try content(of: path) == text { return false }
        let file = root + path
        var folder = ""
        for part in file.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        var status = stat()
        let mode = stat(file, &status) == 0 ? status.st_mode & 0o777 : 0o644
        let new = "\(file).exhaust-new"
        unlink(new)
        try ProtectedFile.create(new, mode: mode, bytes: Array(text.utf8))
        guard rename(new, file) == 0 else {
            let number = errno
            unlink(new)
            throw ExhaustError(.cannotCreate, errno: number, "cannot replace the file", at: file)
        }
        return true
    }
}
