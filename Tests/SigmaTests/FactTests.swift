import ExhaustCore
import ExhaustRuntime
import Testing

@testable import Analyzer

@Suite("Facts of Sigma rules")
struct FactTests {
    @Test("Matches raise one fact a user and program, which is over an hour after the last")
    func facts() throws {
        let text = """
            title: A shell that listens
            level: high
            logsource: {product: linux, category: process_creation}
            detection: {s: {Image|endswith: /nc, CommandLine|contains: ' -e '}, condition: s}
            """
        let rule = try #require(try SigmaRules.entry(of: YAMLReader.parse(text, file: "lnx_nc.yml")).rule)
        let host = try #require(HostID("web-01"))
        let source = EventSource(host: host, role: "analyzer", incarnation: "0")
        var engine = AnalyzerEngine(rules: [rule], factory: EventFactory(source: source, seed: 1))
        var facts: [Fact] = []
        for (second, user, line) in [
            (0, "ann", "nc -e sh"), (5, "ann", "nc -e sh"), (6, "bob", "nc -e zsh"), (7, "cy", "nc"),
        ] {
            let time = Timestamp(seconds: Int64(second))
            let data: ValueMap = [
                "process.executable.path": "/bin/nc", "process.command_line": .string(line),
                "process.user.name": .string(user),
            ]
            let event = Event(
                type: .cli, source: "//web-01/test/0", id: "\(second)", time: time, host: host, data: data)
            facts += try engine.handle(event, now: time).map { try $0.payload(Fact.self) }
        }
        for second in [60, 3_000, 3_700, 8_000] as [Int64] {
            facts += try engine.advance(to: Timestamp(seconds: second)).map { try $0.payload(Fact.self) }
        }
        let raised = facts.filter { $0.transition == .raised }
        #expect(raised.map(\.name) == ["sigma-lnx-nc", "sigma-lnx-nc"])
        #expect(raised.map(\.summary) == ["A shell that listens: nc -e sh", "A shell that listens: nc -e zsh"])
        #expect(raised.allSatisfy { $0.subject == "/bin/nc" && $0.severity == .error })
        #expect(facts.filter { $0.transition == .cleared }.count == 2)
    }
}
