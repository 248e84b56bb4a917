import Agent
import ExhaustCore
import Testing

/// Everything that an attacker, a broker's administrator or a mistake can put into the queue of an agent: refused with
/// its reason, and nothing runs.
@Suite("Attacks on the agent") struct AttackTests {
    private func json(_ task: TaskStatement, _ change: (inout ValueMap) -> Void = { _ in }) throws -> String {
        guard case .map(var map) = try ValueEncoder().encode(task) else { return "" }
        change(&map)
        return String(decoding: JSONWriter.bytes(of: .map(map)), as: UTF8.self)
    }

    private func check(
        _ reason: String, _ bench: Bench, _ event: Event, unverified: Bool = false,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await bench.answer(event)
        #expect(result.status == .refused, sourceLocation: location)
        #expect(result.reason == reason, "\(result.output)", sourceLocation: location)
        #expect(result.output["unverified"]?.bool == (unverified ? true : nil), sourceLocation: location)
        #expect(result.output["detail"]?.string?.isEmpty == false, sourceLocation: location)
        #expect(bench.executor.count == 0, sourceLocation: location)
        #expect(result.host == "web-01" && !result.changed, sourceLocation: location)
    }

    @Test("The task that the others are changes of is accepted, and runs once")
    func sound() async throws {
        let bench = try Bench()
        let result = try await bench.answer(bench.event(bench.task()))
        #expect(result.status == .succeeded)
        #expect(bench.executor.count == 1)
    }

    @Test("No single changed byte of an envelope gets past the gate")
    func everyByte() async throws {
        let bench = try Bench()
        let gate = try bench.gate()
        let bytes = JSONWriter.bytes(of: .map(try bench.event(bench.task()).data))
        var refusals: [Refusal.Reason: Int] = [:]
        for index in bytes.indices {
            for mask in [1, 2, 4, 8, 16, 32, 64, 128] as [UInt8] {
                var changed = bytes
                changed[index] ^= mask
                // What is no JSON any more never becomes an event.
                guard case .map(let data)? = try? JSONReader.parse(changed) else { continue }
                guard
                    case .refused(let refusal, _, let isVerified) = gate.judge(
                        try bench.event(data), ledger: LedgerState(), now: bench.clock.now)
                else {
                    Issue.record("accepted with byte \(index) changed by \(mask)")
                    continue
                }
                #expect(!isVerified)
                refusals[refusal.reason, default: 0] += 1
            }
        }
        #expect(Set(refusals.keys) == [.signature, .malformed])
        #expect(refusals[.signature, default: 0] > 1000)
    }

    @Test("A flipped byte of the payload: signature, naming the claimed task as unverified")
    func flippedByte() async throws {
        let bench = try Bench()
        var payload = try bench.task().signed(by: [bench.key]).payload
        let index = try #require(payload.firstIndex(of: UInt8(ascii: "x")))
        payload[index] = UInt8(ascii: "y")
        var event = try bench.event(bench.task())
        event.data["payload"] = .string(Base64.encode(payload))
        try await check("signature", bench, event, unverified: true)
        #expect(try bench.outlet.results().first?.task == "01JT1")
        #expect(bench.outlet.sent.first?.extensions["partition"] == 5)
    }

    @Test("Signed by a key that nobody trusts, as by a broker's administrator: signature")
    func strangerKey() async throws {
        let bench = try Bench()
        try await check(
            "signature", bench, bench.event(bench.task(), key: SigningKey.generate()), unverified: true)
    }

    @Test("No envelope at all, or one with other members: malformed, without a task's name")
    func noEnvelope() async throws {
        let bench = try Bench()
        try await check("malformed", bench, bench.event(["action": "service.stop"]), unverified: true)
        #expect(try bench.outlet.results().first?.task == "")
    }

    @Test("An envelope of more than 64 KiB: oversize, before anything is decoded")
    func oversize() async throws {
        let bench = try Bench()
        var event = try bench.event(bench.task())
        event.data["payload"] = .string(String(repeating: "A", count: 90_000))
        try await check("oversize", bench, event, unverified: true)
    }

    @Test("An unknown member, though signed: malformed")
    func unknownMember() async throws {
        let bench = try Bench()
        try await check(
            "malformed", bench, bench.event(signing: json(bench.task()) { $0["shell"] = "rm -rf /" }), unverified: true)
    }

    @Test("A duplicate key, though signed: malformed")
    func duplicateKey() async throws {
        let bench = try Bench()
        let text = try json(bench.task()).dropLast() + #","host":"web-02"}"#
        try await check("malformed", bench, bench.event(signing: String(text)), unverified: true)
    }

    @Test("Deep nesting, though signed: malformed")
    func deepNesting() async throws {
        let bench = try Bench()
        let nest = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        let text = try json(bench.task()).replacing(#""parameters":{"name":"nginx"}"#, with: #""parameters":\#(nest)"#)
        try await check("malformed", bench, bench.event(signing: text), unverified: true)
    }

    @Test("For another host: wrong-host")
    func otherHost() async throws {
        let bench = try Bench()
        var task = bench.task()
        task.host = "web-02"
        try await check("wrong-host", bench, bench.event(task))
    }

    @Test("Expired by a second: expired")
    func expired() async throws {
        let bench = try Bench()
        let event = try bench.event(bench.task())
        bench.clock.advance(.seconds(301))
        try await check("expired", bench, event)
    }

    @Test("Not valid for another minute: not-yet-valid; a sender's clock half a minute ahead is forgiven")
    func early() async throws {
        let bench = try Bench()
        var task = bench.task()
        task.notBefore = bench.clock.now + .seconds(60)
        try await check("not-yet-valid", bench, bench.event(task))
        let other = try Bench()
        task.notBefore = bench.clock.now + .seconds(30)
        #expect(try await other.answer(other.event(task)).status == .succeeded)
    }

    @Test("Valid for more than fifteen minutes: window-too-long")
    func window() async throws {
        let bench = try Bench()
        var task = bench.task()
        task.notAfter = task.notBefore + .seconds(901)
        try await check("window-too-long", bench, bench.event(task))
        let other = try Bench()
        task.notAfter = task.notBefore + .seconds(900)
        #expect(try await other.answer(other.event(task)).status == .succeeded)
    }

    @Test("Signed by a key for other classes of action: key-class, known action or not")
    func otherClass() async throws {
        let bench = try Bench(classes: ["disk"])
        try await check("key-class", bench, bench.event(bench.task()))
        let other = try Bench(classes: ["disk"])
        try await check("key-class", other, other.event(other.task(action: "exec.run", parameters: [:])))
    }

    @Test("Naming an epoch that is not its key's: key-epoch")
    func otherEpoch() async throws {
        let bench = try Bench()
        var task = bench.task()
        task.keyEpoch = 0
        try await check("key-epoch", bench, bench.event(task))
    }

    static let forbidden: [(String, ValueMap)] = [
        ("service.restart", ["name": "postgresql"]),
        ("service.reload", ["name": "nginx"]),
        ("service.stop", ["name": "sshd"]),
        ("service.stop", ["name": "sshd.service"]),
        ("service.reboot", ["name": "nginx"]),
        ("disk.clean", ["path": "/etc", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "/var/tmp/cache2", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "/var/tmp/cache", "pattern": "*"]),
        ("disk.clean", ["path": "/var/tmp/cache", "pattern": "*.tmp", "older_than": "31d"]),
    ]

    @Test("An action or a parameter outside the host's policy: policy", arguments: forbidden)
    func outsidePolicy(_ action: String, _ parameters: ValueMap) async throws {
        let bench = try Bench()
        try await check("policy", bench, bench.event(bench.task(action: action, parameters: parameters)))
    }

    static let nonsense: [(String, ValueMap)] = [
        ("service.status", [:]),
        ("service.status", ["name": "nginx", "force": true]),
        ("service.status", ["name": 7]),
        ("service.status", ["name": ["nginx"]]),
        ("service.status", ["name": ""]),
        ("service.status", ["name": "--help"]),
        ("service.status", ["name": "nginx;reboot"]),
        ("service.status", ["name": "$(reboot)"]),
        ("service.status", ["name": "`reboot`"]),
        ("service.status", ["name": "nginx\nreboot"]),
        ("service.status", ["name": "nginx\u{0}"]),
        ("service.status", ["name": "../../tmp/evil"]),
        ("service.status", ["name": ".."]),
        ("service.status", ["name": .string(String(repeating: "a", count: 65))]),
        ("disk.clean", ["path": "/var/tmp/cache/../../../etc", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "/var/tmp/cache/./x", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "/var/tmp/cache//x", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "var/tmp/cache", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "/", "pattern": "*.tmp"]),
        ("disk.clean", ["path": "/var/tmp/cache", "pattern": "../*.tmp"]),
        ("disk.clean", ["path": "/var/tmp/cache", "pattern": "*.tmp", "older_than": "-1d"]),
        ("disk.clean", ["path": "/var/tmp/cache", "pattern": "*.tmp", "older_than": 5]),
    ]

    @Test("A parameter that is missing, additional or of another form: malformed", arguments: nonsense)
    func malformedParameters(_ action: String, _ parameters: ValueMap) async throws {
        let bench = try Bench()
        try await check("malformed", bench, bench.event(bench.task(action: action, parameters: parameters)))
    }

    @Test("More often than the policy's rate: rate, until the window has passed")
    func rate() async throws {
        let bench = try Bench()
        let agent = try bench.agent(try await bench.ledger())
        for number in 1...5 { try await agent.take(bench.event(bench.task("T\(number)"))) }
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        #expect(bench.executor.count == 3)
        #expect(try bench.outlet.results().filter { $0.reason == "rate" }.map(\.task).sorted() == ["T4", "T5"])
        // Another service counts for the same rule; another action does not.
        try await agent.take(bench.event(bench.task("T6", parameters: ["name": "web"])))
        try await agent.take(bench.event(bench.task("T7", action: "service.status")))
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        bench.clock.advance(.seconds(601))
        try await agent.take(bench.event(bench.task("T8")))
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        let results = try bench.outlet.results()
        #expect(results.first { $0.task == "T6" }?.reason == "rate")
        #expect(results.first { $0.task == "T7" }?.status == .succeeded)
        #expect(results.first { $0.task == "T8" }?.status == .succeeded)
    }

    @Test("A clock more than five minutes behind what a task has shown: clock")
    func clockSetBack() async throws {
        let bench = try Bench()
        let agent = try bench.agent(try await bench.ledger())
        try await agent.take(bench.event(bench.task("T1")))
        bench.clock.advance(.seconds(-301))
        try await agent.take(bench.event(bench.task("T2")))
        #expect(try bench.outlet.results().filter { $0.task == "T2" }.map(\.reason) == ["clock"])
        bench.clock.advance(.seconds(2))
        try await agent.take(bench.event(bench.task("T2")))
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        #expect(bench.executor.count == 2)
    }

    @Test("A clock that ran hours ahead for a while: expired, and nothing once it is right")
    func clockAhead() async throws {
        let bench = try Bench()
        let real = bench.task("T2")
        let ledger = try await bench.ledger()
        let agent = try bench.agent(ledger)
        try await agent.take(bench.event(bench.task("T1")))
        bench.clock.advance(.seconds(7200))
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        await agent.maintain()
        let again = try bench.agent(ledger)
        await again.recover()
        try await again.take(bench.event(real))
        #expect(try bench.outlet.results().filter { $0.task == "T2" }.map(\.reason) == ["expired"])
        bench.clock.advance(.seconds(-7200))
        try await again.take(bench.event(real))
        _ = await again.drain(startWaiting: true, within: .seconds(10))
        #expect(try bench.outlet.results().last?.status == .succeeded)
    }

    @Test("A replayed task is answered and not repeated, also after a restart, and with another envelope")
    func replay() async throws {
        let bench = try Bench()
        let event = try bench.event(bench.task())
        do {
            let agent = try bench.agent(try await bench.ledger())
            try await agent.take(event)
            _ = await agent.drain(startWaiting: true, within: .seconds(10))
            try await agent.take(event)
        }
        let agent = try bench.agent(try await bench.ledger())
        await agent.recover()
        try await agent.take(event)
        // The same id with other parameters is the same task to the agent.
        try await agent.take(bench.event(bench.task(parameters: ["name": "rsyslog"])))
        _ = await agent.drain(startWaiting: true, within: .seconds(10))
        let results = try bench.outlet.results()
        #expect(bench.executor.count == 1)
        #expect(results.map(\.replayed) == [false, true, true, true])
        #expect(Set(results.map(\.status)) == [.succeeded])
    }
}
