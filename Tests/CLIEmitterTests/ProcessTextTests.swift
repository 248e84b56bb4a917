import Testing

@testable import CLIEmitter

@Suite("Texts of /proc")
struct ProcessTextTests {
    @Test("stat is read though a name holds blanks and parentheses")
    func stat() {
        var details = ProcessDetails()
        let rest = "S 41 42 40 34819 42 4194560 1 0 0 0 0 0 0 0 20 0 1 0 123456 0 0"
        ProcessText.stat("42 (a) (b c) \(rest)", into: &details)
        #expect(details.name == "a) (b c" && details.parent == 41 && details.session == 40)
        #expect(details.tty == "pts/3" && details.startTicks == 123_456)
        ProcessText.stat("42 (", into: &details)
    }

    @Test(
        "terminals have their names",
        arguments: [
            (UInt32(0), ""), (0x8803, "pts/3"), (0x8900, "pts/256"), (0x0401, "tty1"), (0x0440, "ttyS0"),
            (0x0501, "console"),
        ])
    func terminal(device: UInt32, name: String) { #expect(ProcessText.terminal(device) == name) }

    @Test("status gives users and groups")
    func status() {
        var details = ProcessDetails()
        ProcessText.status("Name:\tx\nUid:\t1000\t0\t1\t0\nGid:\t100\t5\t6\t5\n", into: &details)
        #expect(details.users == .init(real: 1000, effective: 0, saved: 1))
        #expect(details.groups == .init(real: 100, effective: 5, saved: 6))
    }

    @Test("cgroup gives unit and container")
    func cgroup() {
        let id = String(repeating: "0a", count: 32)
        for (text, container, unit) in [
            ("0::/system.slice/sshd.service\n", nil, "sshd.service"),
            ("0::/user.slice/user-1000.slice/session-3.scope\n", nil, "session-3.scope"),
            ("12:cpu:/docker/\(id)\n", id, nil),
            ("0::/system.slice/docker-\(id).scope\n", id, nil),
            ("0::/kubepods.slice/cri-containerd-\(id).scope\n", id, nil),
            ("0::/\n", nil, nil),
        ] {
            var details = ProcessDetails()
            ProcessText.cgroup(text, into: &details)
            #expect(details.container == container && details.unit == unit, "\(text)")
        }
    }

    @Test(
        "an interactive shell has a terminal, and neither a script nor -c",
        arguments: [
            (["-bash"], true), (["bash", "--rcfile", "x", "-i"], true), (["bash", "-c", "ls"], false),
            (["bash", "x.sh"], false), (["bash", "--norc"], true), (["bash", "-o", "vi"], true),
        ])
    func interactive(arguments: [String], isInteractive: Bool) {
        var details = ProcessDetails()
        details.executable = "/usr/bin/bash"
        details.arguments = arguments
        #expect(!details.isInteractiveShell)
        details.tty = "pts/0"
        #expect(details.isInteractiveShell == isInteractive)
        details.arguments = nil
        #expect(!details.isInteractiveShell)
    }

    @Test("missing events are counted by each CPU's sequence, over its wrap")
    func sequences() {
        var watch = SequenceWatch()
        let places: [(UInt32, UInt32, Int)] = [
            (0, 5, 0), (1, 900, 0), (0, 6, 0), (0, 9, 2), (1, 901, 0), (2, .max, 0), (2, 1, 1), (2, 0, 0),
        ]
        for (cpu, sequence, missing) in places { #expect(watch.note(cpu: cpu, sequence: sequence) == missing) }
    }
}
