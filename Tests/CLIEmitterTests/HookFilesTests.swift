import ArgumentParser
import CLIEmitter
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Testing

@Suite("Installing hooks")
struct HookFilesTests {
    @Test(
        "installing twice is installing once, and removing leaves what was there", arguments: HookFiles.Shell.allCases)
    func roundTrip(shell: HookFiles.Shell) throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        for name in ["etc", "etc/zsh"] { mkdir("\(folder.path)/\(name)", 0o755) }
        let own = Array("# the machine's own\nexport X=1\n".utf8)
        for name in ["etc/bash.bashrc", "etc/zsh/zshrc"] { try folder.write(own, to: name) }
        let files = HookFiles(root: folder.path, source: "deploy/hooks", helper: "/opt/report", socket: "/run/x.sock")
        let changed = try files.install(shell)
        #expect(!changed.isEmpty)
        #expect(try files.install(shell).isEmpty)
        let hook = try #require(changed.first { $0.hasSuffix("exhaust.\(shell.rawValue)") })
        let text = String(decoding: try FileContent.read(folder.path + hook), as: UTF8.self)
        #expect(text.contains("/opt/report") && text.contains("/run/x.sock") && !text.contains("/usr/local/bin"))
        #expect(Set(try files.remove(shell)) == Set(changed))
        #expect(try files.remove(shell).isEmpty)
        for name in ["etc/bash.bashrc", "etc/zsh/zshrc"] {
            #expect(try FileContent.read("\(folder.path)/\(name)") == own)
        }
    }

    @Test("a hook for a newer path replaces the old one")
    func replaced() throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let old = HookFiles(root: folder.path, source: "deploy/hooks", helper: "/old")
        let new = HookFiles(root: folder.path, source: "deploy/hooks", helper: "/new")
        _ = try old.install(.bash)
        #expect(try new.install(.bash) == ["/etc/exhaust/hooks/exhaust.bash"])
    }

    @Test("the commands install and remove the hooks of the shells that there are")
    func commands() throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        for name in ["etc", "etc/zsh"] { mkdir("\(folder.path)/\(name)", 0o755) }
        for name in ["etc/bash.bashrc", "etc/zsh/zshrc"] { try folder.write(Array("# own\n".utf8), to: name) }
        let place = ["--root", folder.path, "--hooks", "deploy/hooks"]
        try InstallHooks.parse(place + ["--socket", "/run/other.sock"]).run()
        let hook = try FileContent.read("\(folder.path)/etc/exhaust/hooks/exhaust.zsh")
        #expect(String(decoding: hook, as: UTF8.self).contains("/run/other.sock"))
        #expect(access("\(folder.path)/etc/fish", F_OK) != 0)
        try RemoveHooks.parse(place).run()
        #expect(access("\(folder.path)/etc/exhaust/hooks/exhaust.zsh", F_OK) != 0)
        #expect(try FileContent.read("\(folder.path)/etc/bash.bashrc") == Array("# own\n".utf8))
        #expect(throws: (any Error).self) { try InstallHooks.parse(place + ["--shell", "tcsh"]) }
        #expect(throws: ExitCode(66)) { try InstallHooks.parse(["--root", folder.path, "--hooks", "/no"]).run() }
    }
}
