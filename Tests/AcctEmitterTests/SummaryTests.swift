import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import AcctEmitter

@Suite("summaries")
struct SummaryTests {
    private func event(_ command: String, code: Int64? = 0) -> ValueMap {
        var data: ValueMap = [
            "process.command": .string(command), "process.user.id": 5, "process.user.name": "games",
            "exhaust.acct.user_seconds": 0.25, "exhaust.acct.system_seconds": 0.5,
        ]
        data["process.exit.code"] = code.map { .int($0) }
        return data
    }

    @Test("a minute's processes are counted by command and user, and fit the schema")
    func counts() throws {
        var summary = Summary()
        #expect(summary.take(now: Timestamp(seconds: 0), all: false).isEmpty)
        for code: Int64? in [0, 1, nil] { summary.add(event("make", code: code)) }
        summary.add(event("cc"))
        #expect(summary.take(now: Timestamp(seconds: 59), all: false).isEmpty)
        let found = summary.take(now: Timestamp(seconds: 60), all: false)
        #expect(found.map { $0["process.command"] } == ["make", "cc"])
        #expect(found.first?["exhaust.acct.processes"] == 3 && found.first?["exhaust.acct.failures"] == 2)
        #expect(found.first?["exhaust.acct.user_seconds"] == 0.75 && summary.isEmpty)
        let path = Fixture.project + "/docs/schemas/exhaust.acct.summary.json"
        let schema = try #require(try JSONReader.parse(FileContent.read(path))["properties"]?["data"])
        var check = SchemaCheck()
        for data in found { check.check(.map(data), schema) }
        #expect(check.problems == [] && check.seen == SchemaCheck.properties(of: schema))
    }

    @Test("many names, a clock set back and the end make it leave early")
    func leavesEarly() {
        var summary = Summary()
        _ = summary.take(now: Timestamp(seconds: 100), all: false)
        summary.add(event("sh"))
        #expect(summary.take(now: Timestamp(seconds: 50), all: false).count == 1)
        for number in 0..<4096 { summary.add(event("\(number)")) }
        #expect(summary.take(now: Timestamp(seconds: 51), all: false).count == 4096)
        summary.add(event("sh"))
        #expect(summary.take(now: Timestamp(seconds: 52), all: true).count == 1)
    }
}
