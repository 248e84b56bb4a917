import ExhaustCore
import Testing

@Suite("Task statements") struct TaskStatementTests {
    let key: SigningKey
    let statement: TaskStatement

    init() throws {
        key = try SigningKey(seed: Array(repeating: 7, count: 32))
        let start = try #require(Timestamp(rfc3339: "2026-11-22T07:00:00Z"))
        statement = TaskStatement(
            task: "01JDA0000000000000000000T1", run: "01JDA0000000000000000000R1", host: try #require(HostID("web-01")),
            action: "service.restart", parameters: ["name": "nginx"], notBefore: start, notAfter: start + .seconds(300),
            keyEpoch: 1, partition: 3, chain: .init(correlation: "c", causation: "r", depth: 1))
    }

    /// Signs `json` as it is, and reads it as an agent does.
    private func read(_ json: String, type: String = TaskStatement.payloadType) throws -> TaskStatement {
        let envelope = try DSSEEnvelope(signing: Array(json.utf8), type: type, by: [key])
        return try TaskStatement(envelope.verified(by: [key.verifyingKey]))
    }

    private func json(_ change: (inout ValueMap) -> Void = { _ in }) throws -> String {
        guard case .map(var map) = try ValueEncoder().encode(statement) else { return "" }
        change(&map)
        return String(decoding: JSONWriter.bytes(of: .map(map)), as: UTF8.self)
    }

    @Test("A task survives signing and reading")
    func roundTrip() throws {
        let envelope = try DSSEEnvelope(data: statement.signed(by: [key]).data)
        #expect(try TaskStatement(envelope.verified(by: [key.verifyingKey])) == statement)
        #expect(TaskStatement.claimed(in: envelope) == statement)
    }

    @Test("The payload is the JSON that docs/agent.md shows")
    func golden() throws {
        let text = String(decoding: try statement.signed(by: [key]).payload, as: UTF8.self)
        #expect(
            text == #"{"task":"01JDA0000000000000000000T1","run":"01JDA0000000000000000000R1","host":"web-01","#
                + #""action":"service.restart","parameters":{"name":"nginx"},"not_before":"2026-11-22T07:00:00.000Z","#
                + #""not_after":"2026-11-22T07:05:00.000Z","key_epoch":1,"partition":3,"#
                + #""chain":{"correlation":"c","causation":"r","depth":1},"approvals":[]}"#)
    }

    @Test("A signed payload of another type is no task")
    func otherType() throws {
        #expect(throws: ExhaustError.self) { try read(json(), type: "application/json") }
    }

    @Test("Unknown members are refused, at the top and below it")
    func unknownMembers() throws {
        #expect(throws: (any Error).self) { try read(json { $0["shell"] = "rm" }) }
        #expect(throws: (any Error).self) {
            try read(json { $0["chain"] = ["correlation": "c", "causation": "r", "depth": 1, "more": 1] })
        }
    }

    @Test("Duplicate keys, trailing bytes and deep nesting are refused")
    func strictJSON() throws {
        let text = try json()
        #expect(throws: (any Error).self) {
            try read(text.dropLast() + #","action":"service.stop"}"#)
        }
        #expect(throws: (any Error).self) { try read(text + "x") }
        var deep: Value = "x"
        for _ in 0..<20 { deep = [deep] }
        #expect(throws: (any Error).self) { try read(json { $0["parameters"] = ["name": deep] }) }
    }

    @Test(
        "Every member must be there",
        arguments: [
            "task", "run", "host", "action", "parameters", "not_before", "not_after", "key_epoch", "partition", "chain",
            "approvals",
        ])
    func missingMember(_ name: String) throws {
        #expect(throws: (any Error).self) { try read(json { $0[name] = nil }) }
    }

    static let invalid: [(String, Value)] = [
        ("task", ""), ("task", "a b"), ("task", "../x"), ("task", .string(String(repeating: "a", count: 65))),
        ("run", "x\n"), ("host", "Web.01"), ("host", ""), ("action", "restart"), ("action", "service."),
        ("action", "Service.restart"), ("action", "service.restart;ls"), ("parameters", []), ("not_after", "never"),
        ("not_after", "2026-11-22T07:00:00Z"), ("key_epoch", -1), ("partition", 65_536), ("partition", "3"),
        ("approvals", [1]),
    ]

    @Test("Members of another form are refused", arguments: invalid)
    func invalidMember(_ name: String, _ value: Value) throws {
        #expect(throws: (any Error).self) { try read(json { $0[name] = value }) }
    }
}
