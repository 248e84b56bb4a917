import ExhaustCore
import Testing

@testable import Analyzer

@Suite("What is said of rules")
struct RuleReportTests {
    private static func repository(_ path: String) -> String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/" + path
    }

    private static func page() throws -> String {
        String(decoding: try FileContent.read(repository("docs/rules.md")), as: UTF8.self)
    }

    @Test("docs/rules.md lists all packs' rules as exhaustctl rules list --markdown does")
    func documented() throws {
        let listing = RuleListing(try RuleSet.load([Self.repository("deploy/rules")]))
        let page = try Self.page()
        #expect(page.contains("<!-- rules -->\n\(listing.markdown)<!-- end -->"))
    }

    @Test("docs/rules.md has 35 alerts of others, and names rules that exist, or says why none does")
    func alerts() throws {
        let facts = Set(try RuleSet.load([Self.repository("deploy/rules")]).rules.map(\.fact))
        let rows = try Self.page().split(separator: "\n").filter { $0.hasPrefix("| Host") }
        #expect(rows.count == 35)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.drop { $0 == " " } }
            let names = cells[1].split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }.filter { !$0.hasPrefix("exhaust.") }
            #expect(!names.isEmpty && facts.isSuperset(of: names), "\(row)")
        }
    }

    @Test("A rule is explained in sentences, with what its tests make of it")
    func explained() throws {
        let set = try RuleSet.load([Self.repository("deploy/rules/exhaust.yaml")])
        let entry = try #require(set.entries.first { $0.rule.fact == "telemetry-gap" })
        let text = RuleExplanation(entry, in: set).description
        #expect(
            text.replacing(Self.repository(""), with: "") == """
                telemetry-gap: warning, in deploy/rules/exhaust.yaml
                  What happened in the gap is not known, so no fact of that time is sure.

                  It watches exhaust.gap.
                  Every event counts.
                  The fact is raised at the first that counts.
                  One is open for each host and data.kind.
                  It is cleared 10 minutes after the last event that showed it.
                  No literal is required, so every event of the stream is judged.
                  Its tests give
                    raised telemetry-gap, subject spool.full: 800 events are missing since \
                2026-11-23T06:59:00.000Z: the spool was full, and its oldest events made room
                    cleared telemetry-gap, subject spool.full
                """)
    }

    @Test("Every shipped rule can be explained")
    func explainable() throws {
        let set = try RuleSet.load([Self.repository("deploy/rules")])
        for entry in set.entries {
            let text = RuleExplanation(entry, in: set).description
            #expect(text.contains("It is cleared ") && text.contains("raised \(entry.rule.fact), subject"), "\(text)")
        }
    }

    @Test("A check tells of every broken file, and of the sound rules beside them")
    func checkup() throws {
        let checkup = try RuleCheckup([
            Self.repository("Tests/AnalyzerTests/Cases/bad/unknown-key.yaml"),
            Self.repository("Tests/AnalyzerTests/Cases/bad/bad-expression.yaml"),
            Self.repository("deploy/rules/services.yaml"),
        ])
        #expect(checkup.problems.count == 2)
        #expect(checkup.problems.allSatisfy { $0.location?.contains(".yaml:6") == true })
        #expect(checkup.rules.contains { $0.rule.fact == "service-down" })
    }

    @Test("A fact that two files raise is a problem of both together")
    func clash() throws {
        let file = Self.repository("deploy/rules/services.yaml")
        let checkup = try RuleCheckup([file, file])
        #expect(checkup.problems.count == 1 && "\(checkup.problems)".contains("is raised by another rule"))
    }
}
