import ExhaustCore
import ExhaustRuntime
import Testing

@Suite("The outbox", .timeLimit(.minutes(1)))
struct OutboxTests {
    private let outlet = RecordingOutlet()

    private func outbox(_ change: (inout Outbox.Limits) -> Void = { _ in }) throws -> Outbox {
        var limits = Outbox.Limits()
        change(&limits)
        return try Outbox(
            source: EventSource(host: .localhost, role: "emitter-test", incarnation: "t"), host: .localhost,
            type: .perf, outlet: outlet, limits: limits)
    }

    private func record(_ number: Int, type: EventType? = nil) -> TelemetryRecord {
        TelemetryRecord(type: type, time: Timestamp(seconds: Int64(number)), data: ["n": .int(Int64(number))])
    }

    @Test("sends at once when idle, and gathers while a batch is under way")
    func batching() async throws {
        let outbox = try outbox { $0.linger = .seconds(60) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await outbox.run() }
            try await outbox.accept(record(1))
            await outlet.wait { $0.count == 1 }
            for number in 2...50 { try await outbox.accept(record(number)) }
            outlet.confirm(1)
            await outlet.wait { $0.count == 2 }
            #expect(outlet.batches.map(\.count) == [1, 49])
            outlet.confirm(2)
            try await outbox.drain()
            outbox.finish()
            try await group.waitForAll()
        }
        #expect(outlet.ids == (1...50).map(String.init))
    }

    @Test("numbers without holes, one type a batch, and keeps batches within their size")
    func shape() async throws {
        let outbox = try outbox { $0.batchEvents = 10 }
        for number in 1...25 { try await outbox.accept(record(number, type: number == 13 ? .gap : nil)) }
        outlet.confirm(100)
        outbox.finish()
        try await outbox.run()
        #expect(outlet.ids == (1...25).map(String.init))
        #expect(outlet.batches.allSatisfy { Set($0.map(\.type)).count == 1 && $0.count <= 10 })
    }

    @Test("makes the source wait when full, and tells those that cannot wait")
    func backPressure() async throws {
        let outbox = try outbox { $0.pendingEvents = 3 }
        for number in 1...3 { #expect(outbox.offer(record(number))) }
        #expect(outbox.offer(record(4)) == false)
        let waiting = Task { try await outbox.accept(record(4)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        outlet.confirm(100)
        outbox.finish()
        try await outbox.run()
        #expect(outlet.ids == ["1", "2", "3"])
    }

    @Test("is not drained while an earlier batch is unconfirmed, though a later one is")
    func outOfOrder() async throws {
        let outbox = try outbox { $0.batchEvents = 10 }
        for number in 1...20 { try await outbox.accept(record(number)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await outbox.run() }
            await outlet.wait { $0.count == 2 }
            outlet.confirmOnly(2)
            let drain = Task { try await outbox.drain() }
            try await Task.sleep(for: .milliseconds(50))
            #expect(outbox.unconfirmed == 20)
            outlet.confirm(2)
            try await drain.value
            #expect(outbox.unconfirmed == 0)
            outbox.finish()
            try await group.waitForAll()
        }
    }

    @Test("publishes a loss as a counted gap")
    func gap() async throws {
        let outbox = try outbox()
        try await outbox.gap(kind: "test.loss", count: 7, reason: "full", since: Timestamp(seconds: 5))
        outlet.confirm(1)
        outbox.finish()
        try await outbox.run()
        #expect(outlet.batches.first?.first?.type == .gap)
        #expect(outlet.batches.first?.first?.data["count"] == 7)
    }
}
