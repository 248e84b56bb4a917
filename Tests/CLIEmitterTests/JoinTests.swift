import ExhaustCore
import Testing

@testable import CLIEmitter

@Suite("The join of hook and kernel")
struct JoinTests {
    @Test("a hook's command has the processes that its shell ran between start and end, and is one record")
    func joins() throws {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        bench.run(21, parent: 10)
        bench.run(22, parent: 10, "/bin/grep", exit: 256)
        bench.report(.end, 10, 1, helper: 23, exit: 1)
        bench.wait(.seconds(10))
        let record = try #require(bench.records.first)
        #expect(bench.records.count == 1)
        #expect(record.told?.command == "c1" && record.told?.exitCode == 1 && record.told?.claim == .verified)
        #expect(record.executions.map(\.pid) == [21, 22] && record.executions.map(\.status) == [0, 256])
        #expect(record.ended != nil && !record.isHookMissing)
    }

    @Test("a report that comes long after its processes ran takes them all the same")
    func lateReports() throws {
        var bench = JoinBench()
        bench.shell(10)
        bench.run(20, parent: 10, "/usr/local/bin/exhaust-cli-report")
        bench.run(21, parent: 10)
        bench.wait(.milliseconds(900))
        bench.send(.start, 10, 1, helper: 20)
        bench.report(.end, 10, 1, helper: 22, exit: 0)
        bench.wait(.seconds(10))
        #expect(bench.records.map { $0.executions.map(\.pid) } == [[21]])
    }

    @Test("a report that comes before the kernel's events waits for its helper")
    func earlyReports() {
        var bench = JoinBench()
        bench.shell(10)
        bench.send(.start, 10, 1, helper: 20)
        bench.run(20, parent: 10, "/usr/local/bin/exhaust-cli-report")
        bench.run(21, parent: 10)
        bench.report(.end, 10, 1, helper: 22, exit: 0)
        bench.wait(.seconds(10))
        #expect(bench.records.map { $0.executions.map(\.pid) } == [[21]])
        #expect(bench.records.first?.told?.claim == .verified)
    }

    @Test("a helper too short-lived to be known by its name is no command")
    func unknownHelper() {
        var bench = JoinBench()
        bench.shell(10)
        bench.kernel(20, .fork(parent: 10))
        bench.kernel(20, .exec(ProcessDetails()))
        bench.kernel(20, .exit(status: 0))
        bench.send(.start, 10, 1, helper: 20)
        bench.report(.end, 10, 1, helper: 22, exit: 0)
        bench.wait(.seconds(10))
        #expect(bench.records.count == 1 && bench.records.first?.executions == [])
    }

    @Test("what an interactive shell runs without a report is marked, but not what it runs for its start and prompt")
    func hookMissing() {
        var bench = JoinBench()
        bench.shell(10)
        bench.run(21, parent: 10)
        bench.wait(.seconds(5))
        #expect(bench.records.map(\.isHookMissing) == [true])
        bench.report(.start, 10, 1, helper: 22)
        bench.report(.end, 10, 1, helper: 23, exit: 0)
        bench.run(24, parent: 10, "/usr/bin/git")
        bench.wait(.seconds(5))
        #expect(bench.records.map(\.isHookMissing) == [true, false, false])
    }

    @Test(
        "scripts, shells without a terminal and what their children run stand alone, unmarked",
        arguments: [
            ["bash", "script.sh"], ["bash", "-c", "ls"], ["sh", "-ec", "ls"],
        ])
    func scripts(arguments: [String]) {
        var bench = JoinBench()
        bench.shell(10, arguments: arguments)
        bench.run(21, parent: 10)
        #expect(bench.records.isEmpty)
        bench.wait(.milliseconds(1))
        #expect(bench.records.count == 1 && bench.records.first?.isHookMissing == false)
    }

    @Test("a subshell's children are its shell's")
    func subshell() {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        bench.kernel(21, .fork(parent: 10))
        bench.run(22, parent: 21)
        bench.kernel(21, .exit(status: 0))
        bench.report(.end, 10, 1, helper: 23, exit: 0)
        bench.wait(.seconds(5))
        #expect(bench.records.map { $0.executions.map(\.pid) } == [[22]])
    }

    @Test("a command that runs for a minute is told of, and again under the same id when it ended")
    func running() throws {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        bench.run(21, parent: 10, "/bin/sleep", exit: nil)
        bench.report(.end, 10, 1, helper: 22, exit: 0)
        bench.wait(.seconds(61))
        #expect(bench.records.map { $0.ended == nil } == [true])
        bench.kernel(21, .exit(status: 15))
        bench.wait(.seconds(1))
        #expect(bench.records.map { $0.ended == nil } == [true, false])
        #expect(Set(bench.records.map(\.id)).count == 1 && bench.records.last?.executions.first?.status == 15)
    }

    @Test("a claim for another's shell is told of as forged, and takes nothing")
    func forged() {
        var bench = JoinBench()
        bench.shell(10)
        bench.shell(11, user: 1001)
        // Another shell's child, and another user's.
        bench.report(.start, 10, 7, helper: 20, user: 1000, parent: 11)
        bench.report(.start, 11, 8, helper: 21, user: 1000)
        bench.run(22, parent: 10)
        bench.wait(.seconds(5))
        #expect(bench.records.filter { $0.told?.claim == .forged }.map { $0.told?.number } == [7, 8])
        #expect(bench.records.filter { $0.told == nil }.map(\.isHookMissing) == [true])
    }

    @Test("a command without an end ends with the shell's next, or with the shell")
    func withoutEnd() {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        bench.report(.start, 10, 2, helper: 21)
        bench.wait(.seconds(1))
        #expect(bench.records.map { $0.told?.number } == [1] && bench.records.first?.told?.hasEnd == false)
        bench.kernel(10, .exit(status: 0))
        bench.wait(.seconds(1))
        #expect(bench.records.map { $0.told?.number } == [1, 2])
    }

    @Test("a shell that ends with a command gives it its status, though the report comes after the end")
    func exits() throws {
        for isLate in [false, true] {
            var bench = JoinBench()
            bench.shell(10)
            bench.run(20, parent: 10, "/usr/local/bin/exhaust-cli-report")
            if isLate { bench.kernel(10, .exit(status: 3 << 8)) }
            bench.send(.start, 10, 1, helper: 20)
            if !isLate { bench.kernel(10, .exit(status: 3 << 8)) }
            bench.wait(.seconds(1))
            #expect(bench.records.map { $0.told?.number } == [1] && bench.records.first?.shellStatus == 3 << 8)
            #expect(bench.records.first?.ended.map { $0 <= bench.now } == true && bench.join.commands.isEmpty)
        }
    }

    @Test("the program that a shell becomes is its command's, and so is what that becomes", arguments: [false, true])
    func execs(isLate: Bool) throws {
        var bench = JoinBench()
        bench.shell(10)
        bench.run(20, parent: 10, "/usr/local/bin/exhaust-cli-report")
        if !isLate { bench.send(.start, 10, 1, helper: 20) }
        bench.kernel(10, .exec(JoinBench.program("/usr/bin/env", ["env", "ls"])))
        bench.kernel(10, .exec(JoinBench.program("/bin/ls", ["ls"])))
        bench.run(21, parent: 10)
        bench.kernel(10, .exit(status: 2 << 8))
        if isLate { bench.send(.start, 10, 1, helper: 20) }
        bench.wait(.seconds(5))
        let record = try #require(bench.records.first { $0.told != nil })
        #expect(record.executions.map(\.pid) == [10, 10] && record.shellStatus == 2 << 8)
        #expect(record.told?.claim == (isLate ? .unverified : .verified))
        // What that program ran stands alone, as a script's children do.
        #expect(bench.records.count == 2 && bench.records.contains { $0.executions.map(\.pid) == [21] })
    }

    @Test("a shell that became a shell has commands of its own, and without a hook these are marked")
    func becomesShell() {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        var bash = JoinBench.program("/bin/bash", ["bash", "--norc"])
        bash.tty = "pts/1"
        bench.kernel(10, .exec(bash))
        bench.wait(.seconds(3))
        bench.run(21, parent: 10)
        bench.kernel(10, .exit(status: 0))
        bench.wait(.seconds(5))
        #expect(bench.records.map { $0.executions.map(\.pid) } == [[10], [21]])
        #expect(bench.records.map(\.isHookMissing) == [false, true])
    }

    @Test("a program that an unhooked shell becomes is marked")
    func execUnhooked() {
        var bench = JoinBench()
        bench.shell(10)
        bench.kernel(10, .exec(JoinBench.program("/bin/ls", ["ls"])))
        bench.kernel(10, .exit(status: 0))
        bench.wait(.seconds(5))
        #expect(bench.records.map(\.isHookMissing) == [true])
    }

    @Test("a job in the background is its command's, though it runs its program after the command's end")
    func background() {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        bench.kernel(21, .fork(parent: 10))
        bench.report(.end, 10, 1, helper: 22, exit: 0)
        bench.kernel(21, .exec(JoinBench.program("/bin/sleep", ["sleep"])))
        bench.wait(.seconds(5))
        #expect(bench.records.isEmpty)
        bench.kernel(21, .exit(status: 0))
        bench.wait(.seconds(5))
        #expect(bench.records.map { $0.executions.map(\.pid) } == [[21]])
    }

    @Test("a command whose shell is at its prompt takes no more processes")
    func atPrompt() {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        #expect(bench.join.busyShells == [10])
        for shells in [[10], [], [10]] as [Set<Int32>] { bench.join.noteAtPrompt(shells) }
        #expect(bench.join.busyShells == [10])
        bench.join.noteAtPrompt([10])
        bench.run(21, parent: 10)
        bench.wait(.seconds(5))
        #expect(bench.records.map(\.isHookMissing) == [true] && bench.join.busyShells.isEmpty)
        bench.kernel(10, .exit(status: 1 << 8))
        bench.wait(.seconds(5))
        // The shell's end is not the command's.
        #expect(bench.records.last?.told?.number == 1 && bench.records.last?.shellStatus == nil)
    }

    @Test("a hook that went silent within a command does not hide what its shell runs later")
    func silenced() {
        var bench = JoinBench()
        bench.shell(10)
        bench.report(.start, 10, 1, helper: 20)
        bench.wait(.seconds(11))
        bench.run(21, parent: 10)
        bench.wait(.seconds(5))
        #expect(bench.records.map(\.isHookMissing) == [true])
    }

    @Test("without the kernel's view commands are told of when they end")
    func hookAlone() {
        var bench = JoinBench(hasKernel: false)
        bench.send(.start, 10, 1, helper: 20)
        bench.send(.end, 10, 1, helper: 21, exit: 3)
        bench.wait(.milliseconds(1))
        #expect(bench.records.map { $0.told?.exitCode } == [3])
        #expect(bench.records.first?.told?.claim == .unverified)
    }

    @Test("one process that becomes several programs is an execution for each")
    func replaced() {
        var bench = JoinBench()
        bench.kernel(5, .fork(parent: 1))
        bench.kernel(5, .exec(JoinBench.program("/usr/bin/env", ["env", "ls"])))
        bench.kernel(5, .exec(JoinBench.program("/bin/ls", ["ls"])))
        bench.kernel(5, .exit(status: 0))
        bench.wait(.seconds(1))
        #expect(bench.records.map { $0.executions.first?.details.executable } == ["/usr/bin/env", "/bin/ls"])
        #expect(bench.records.map { $0.executions.first?.isReplaced } == [true, false])
    }

    @Test("what finds no room is told of at once and counted")
    func bounds() {
        var limits = CommandJoin.Limits()
        limits.executions = 2
        limits.executionsPerCommand = 1
        var bench = JoinBench(limits: limits)
        for pid in Int32(30)..<34 { bench.run(pid, parent: 1, "/bin/daemon", exit: nil) }
        bench.wait(.milliseconds(1))
        #expect(bench.records.map { $0.executions.first?.pid } == [32, 33] && bench.join.overflow == 2)
        #expect(bench.join.finish().map { $0.executions.first?.pid } == [30, 31])
    }

    @Test("after a loss, what does not run any more has ended")
    func reconciles() {
        var bench = JoinBench()
        bench.run(30, parent: 1, exit: nil)
        bench.run(31, parent: 1, exit: nil)
        bench.join.reconcile(alive: [31], at: bench.now)
        bench.wait(.milliseconds(1))
        #expect(bench.records.map { $0.executions.first?.pid } == [30])
        #expect(bench.records.first?.executions.first?.status == nil)
    }
}
