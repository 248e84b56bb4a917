import ExhaustCore
import Testing

@testable import Activator

@Suite("Policy files")
struct PolicySetTests {
    @Test("in deploy/ load")
    func shipped() throws {
        let folder = #filePath.replacing("Tests/ActivatorTests/PolicySetTests.swift", with: "deploy/policies")
        #expect(try PolicySet.load([folder]).policies.isEmpty == false)
    }

    @Test(
        "that are wrong are refused with file, line and key",
        arguments: [
            (
                "cooldown:", "cooldwn:",
                "policy.yaml:7: policies[0].limits.cooldwn: unknown key, did you mean 'cooldown'?"
            ),
            ("10m", "ten", "policy.yaml:7: policies[0].limits.cooldown: expected a duration such as 250ms, 10s or 5m"),
            ("max: 2", "max: 0", "policy.yaml:7: policies[0].limits.attempts.max: must be at least 1"),
            ("mode: enforce", "mode: on", "policy.yaml:4: policies[0].mode: must be one of shadow, enforce"),
            (
                "fact.name ==", "fcat.name ==",
                "policy.yaml:5:9: policies[0].when: unknown name 'fcat'; known here: fact"
            ),
            (
                "{{ fact.subject }}", "{{ fact.subjekt }}",
                "policy.yaml:6:86: policies[0].run.with: no field 'subjekt' in exhaust.fact, did you mean 'subject'?"
            ),
            ("version: 1", "version: 2", "policy.yaml:1: version: this program reads version 1, not 2"),
        ])
    func broken(original: String, mistake: String, message: String) throws {
        let text = Scenario.policy.replacing(original, with: mistake)
        let document = try YAMLReader.parse(text, file: "policy.yaml")
        let error = #expect(throws: ExhaustError.self) { try PolicySet(document: document) }
        #expect(error?.code == .configuration)
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}
