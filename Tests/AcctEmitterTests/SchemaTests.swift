import ExhaustCore
import ExhaustRuntime
import ExhaustTestSupport
import Testing

@testable import AcctEmitter

@Suite("Schema of exhaust.acct")
struct SchemaTests {
    @Test("the data of all kinds of records fits docs/schemas/exhaust.acct.json, and all of the schema is used")
    func fits() throws {
        let schema = try JSONReader.parse(FileContent.read(Fixture.project + "/docs/schemas/exhaust.acct.json"))
        let data = try #require(schema["properties"]?["data"])
        var records: [AcctRecord] = []
        let bytes = try Fixture.bytes("linux-6.18.pacct")
        for start in stride(from: 0, to: bytes.count, by: 64) { records.append(try AcctRecord.decode(bytes[start...])) }
        var odd = try #require(records.first)
        odd.exit = .other(0x7f)
        odd.flags = AcctFlags(rawValue: 0xff)
        var telemetry = RecordTelemetry(names: NameCache(user: { "\($0)" }, group: { "\($0)" }))
        var check = SchemaCheck()
        for record in records + [odd] {
            check.check(.map(telemetry.data(of: record, now: Timestamp(seconds: 0))), data)
        }
        let path = "/system.slice/x.service/docker-\(String(repeating: "a", count: 64)).scope"
        var totals = ProcessTotals(try Taskstats.task())
        totals.details = ProcessDetails(
            executable: "/bin/true", loginUserID: 1000, cgroup: ControlGroup(path: path))
        check.check(.map(telemetry.data(of: totals, now: Timestamp(seconds: 0))), data)
        check.check(.map(telemetry.data(of: odd, totals, totals.details, now: Timestamp(seconds: 0))), data)
        #expect(check.problems == [])
        #expect(check.seen == SchemaCheck.properties(of: data))
    }
}
