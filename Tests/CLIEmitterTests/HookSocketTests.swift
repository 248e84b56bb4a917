import CLIEmitter
import ExhaustCore
import ExhaustTestSupport
import Glibc
import Logging
import Synchronization
import Testing

@Suite("Hook reports")
struct HookSocketTests {
    static let sender = HookReport.Sender(pid: 7, uid: 1000, gid: 1000)
    static let start =
        "exhaust-cli=1\0phase=start\0shell=bash\0pid=12\0number=3\0tty=/dev/pts/1\0cwd=/tmp\0command=echo a=b\0"
    static let end = "exhaust-cli=1\0phase=end\0shell=zsh\0pid=12\0number=3\0exit=130\0microseconds=1500\0"

    static func parse(_ text: String) throws -> HookReport {
        try HookDatagram.parse(Array(text.utf8), sender: sender, received: Timestamp(seconds: 1))
    }

    @Test("start and end are read")
    func reports() throws {
        #expect(
            try Self.parse(Self.start)
                == HookReport(
                    phase: .start, shell: "bash", shellPID: 12, number: 3, command: "echo a=b",
                    workingDirectory: "/tmp",
                    tty: "/dev/pts/1", sender: Self.sender, received: Timestamp(seconds: 1)))
        let end = try Self.parse(Self.end)
        #expect(end.exitCode == 130 && end.duration == .microseconds(1500) && end.command.isEmpty)
    }

    @Test("a command is cut at 32 KiB, at a character's end")
    func long() throws {
        let text = Self.start.dropLast() + String(repeating: "é", count: 17_000) + "\0"
        let report = try Self.parse(String(text))
        #expect(report.isTruncated && report.command.utf8.count <= 32_768 && report.command.hasSuffix("éé"))
    }

    @Test(
        "what is no report is refused",
        arguments: [
            "", "\0", "x\0", "exhaust-cli=2\0", "exhaust-cli=1\0", String(start.dropLast()), start + "exit=1\0",
            start + "pid=1\0", start + "other=1\0", end + "command=x\0", "phase=end\0" + end,
            start.replacing("bash", with: "dash"), start.replacing("pid=12", with: "pid=-1"),
            end.replacing("130", with: "1300"), start.replacing("number=3", with: "number=99999999999999999999"),
            start.replacing("/dev", with: "dev"), String(repeating: "a", count: 60_000) + "\0",
        ])
    func garbage(text: String) { #expect(throws: HookDatagram.Flaw.self) { try Self.parse(text) } }

    @Test("no mutation of a report ends the process, and each that is taken is within bounds")
    func mutations() {
        var generator = SystemRandomNumberGenerator()
        let seeds = [Array(Self.start.utf8), Array(Self.end.utf8)]
        for _ in 0..<20_000 {
            var bytes = seeds[Int.random(in: 0...1, using: &generator)]
            for _ in 0...Int.random(in: 0...6, using: &generator) {
                guard !bytes.isEmpty else { break }
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
                default: bytes.removeLast(min(bytes.count, Int.random(in: 0...20, using: &generator)))
                }
            }
            guard let report = try? HookDatagram.parse(bytes, sender: Self.sender, received: Timestamp(seconds: 1))
            else { continue }  // refused is as good as taken here
            #expect(report.command.utf8.count <= HookReport.commandLimit && report.shellPID >= 0)
            #expect((report.phase == .start) == !report.command.isEmpty)
        }
    }

    @Test("the kernel's word counts for the sender, and garbage is passed over")
    func socket() async throws {
        let session = try ShellSession()
        try session.receive()
        let helper = Programs.folder + "/exhaust-cli-report"
        let garbage = "import socket;socket.socket(1,2).sendto(b'\\0garbage','\(session.socket)')"
        try await ChildProcess.run(["python3", "-c", garbage])
        let process = try ChildProcess(
            [helper, "start", "bash", "9"],
            environment: [
                "EXHAUST_CLI_SOCKET": session.socket, "EXHAUST_CLI_COMMAND": String(repeating: "x", count: 40_000),
            ])
        #expect(await process.wait(upTo: .seconds(10)) == 0)
        let end = try ChildProcess(
            [helper, "end", "bash", "9", "0"], environment: ["EXHAUST_CLI_SOCKET": session.socket])
        #expect(await end.wait(upTo: .seconds(10)) == 0)
        let reports = try await session.stop(afterEnds: 1)
        #expect(reports.count == 2)
        let start = try #require(reports.first)
        #expect(start.sender == HookReport.Sender(pid: process.pid, uid: getuid(), gid: getgid()))
        #expect(start.shellPID == getpid() && start.isTruncated && start.command.utf8.count == 32_000)
        #expect(reports.last?.duration == nil && reports.last?.exitCode == 0)
    }

    @Test("the helper says nothing and ends well, whatever is wrong")
    func helperAlone() async throws {
        for arguments in [[], ["start"], ["end", "bash", "1", "0"], ["start", "bash", "1"]] {
            let process = try ChildProcess(
                [Programs.folder + "/exhaust-cli-report"] + arguments, environment: ["EXHAUST_CLI_SOCKET": "/no/such"])
            #expect(await process.wait(upTo: .seconds(10)) == 0)
        }
    }
}
