import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Testing

@testable import CLIEmitter

@Suite("Records of commands")
struct RecordTests {
    private static let users = NameCache(user: { "user\($0)" })

    /// Records that have every field between them.
    private var records: [CommandRecord] {
        var details = JoinBench.program("/bin/a", ["a", "b"], parent: 3, user: 0)
        details.isTruncated = true
        details.workingDirectory = "/srv"
        (details.startTicks, details.session, details.tty) = (7, 3, "pts/1")
        (details.groups, details.loginUser) = (.init(real: 5, effective: 5), 1000)
        (details.auditSession, details.container, details.unit) = (2, "c", "u.service")
        let time = Timestamp(seconds: 1_790_000_000)
        let ended = Execution(pid: 4, details: details, began: time, ended: time + .seconds(2), status: 256)
        var killed = Execution(pid: 5, details: ProcessDetails(), began: time, ended: time, status: 9)
        killed.isReplaced = true
        var alone = CommandRecord(id: "1", began: time, ended: time + .seconds(2), executions: [ended])
        alone.ancestors = [.init(pid: 3, name: "bash"), .init(pid: 1, name: nil)]
        alone.isHookMissing = true
        alone.commandID = "9"
        let odd = CommandRecord(id: "2", began: time, executions: [killed])
        var told = CommandRecord(id: "3", began: time, ended: time + .seconds(1), executions: [ended, killed])
        told.told = CommandRecord.Told(
            shell: "bash", shellPID: 3, number: 12, command: "a | b", isTruncated: true, workingDirectory: "/home",
            tty: "/dev/pts/1", user: 0, claim: .forged, hasEnd: true, exitCode: 1, duration: .milliseconds(1500))
        told.shell = details
        var line = told
        line.executions = [ended]
        return [alone, odd, told, line]
    }

    @Test("the data of all kinds of records fits docs/schemas/exhaust.cli.json, and all of the schema is used")
    func schema() throws {
        let root = "\(#filePath)".components(before: "/Tests/")
        let schema = try JSONReader.parse(FileContent.read("\(root)/docs/schemas/exhaust.cli.json"))
        let data = try #require(schema["properties"]?["data"])
        var maker = RecordMaker(redactor: Redactor(key: [1]), bootID: "boot", names: Self.users)
        var check = SchemaCheck()
        for record in records { check.check(.map(maker.data(of: record, now: record.began)), data) }
        #expect(check.problems == [])
        #expect(check.seen == SchemaCheck.properties(of: data))
    }

    @Test("a hook's command says what was typed, how it ended, and which processes it had")
    func told() throws {
        var maker = RecordMaker(redactor: Redactor(key: [1]), bootID: "boot", names: Self.users)
        let data = maker.data(of: records[2], now: Timestamp(seconds: 0))
        #expect(data["process.command_line"] == "a | b" && data["process.exit.code"] == 1)
        #expect(data["exhaust.cli.views"] == ["hook", "kernel"] && data["exhaust.cli.duration_seconds"] == 1.5)
        #expect(data["exhaust.cli.tty"] == "pts/1")
        #expect(data["process.user.name"] == "user0" && data["exhaust.cli.login_user.name"] == "user1000")
        #expect(data["exhaust.cli.processes"]?.list?.map { $0["process.exit.code"] } == [1, nil])
        #expect(data["exhaust.cli.processes"]?.list?.map { $0["exhaust.exit.signal"] } == [nil, 9])
    }

    @Test("a command that ended its shell has that one's status; if nobody saw its end, it has neither time nor code")
    func withoutEnd() {
        var maker = RecordMaker(redactor: Redactor(key: [1]), bootID: "boot", names: Self.users)
        var record = records[2]
        record.told?.hasEnd = false
        record.told?.exitCode = nil
        record.told?.duration = nil
        let unknown = maker.data(of: record, now: record.began)
        #expect(unknown["process.exit.code"] == nil && unknown["process.exit.time"] == nil)
        #expect(unknown["exhaust.cli.duration_seconds"] == nil && unknown["exhaust.cli.state"] == "ended")
        record.shellStatus = 3 << 8
        let exited = maker.data(of: record, now: record.began)
        #expect(exited["process.exit.code"] == 3 && exited["exhaust.cli.duration_seconds"] == 1.0)
        record.shellStatus = 9
        #expect(maker.data(of: record, now: record.began)["exhaust.exit.signal"] == 9)
    }
}

extension String {
    fileprivate func components(before part: String) -> Substring {
        self[..<(firstRange(of: part)?.lowerBound ?? endIndex)]
    }
}
