import ExhaustCore
import ExhaustTestSupport
import Testing

@testable import ExhaustRuntime

/// What a crash leaves behind, at moments that nobody chose.
@Suite("A spool after a crash", .timeLimit(.minutes(2)))
final class SpoolCrashTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    deinit { directory.remove() }

    @Test("has every accepted record that the broker does not have", arguments: 1...3)
    func anyMoment(seed: UInt64) async throws {
        let fixture = try SpoolFixture("\(directory.path)/spool") { $0.interval = .milliseconds(3) }
        var crashes: [(copy: String, accepted: UInt64, confirmed: Int)] = []
        try await fixture.running {
            var generator = SeededGenerator(seed: seed)
            var number = 1
            var confirmed = 0
            try await fixture.accept(1...1)
            try await fixture.outbox.settle()
            for crash in 0..<10 {
                for _ in 0..<Int.random(in: 1...400, using: &generator) {
                    number += 1
                    try await fixture.outbox.accept(SpoolFixture.record(number))
                }
                // The broker is slow, or away for a while.
                confirmed += Int.random(in: 0...20, using: &generator)
                fixture.outlet.confirm(confirmed)
                if Bool.random(using: &generator) { try await Task.sleep(for: .milliseconds(4)) }
                let copy = "\(directory.path)/\(crash)"
                let accepted = fixture.outbox.acceptedID
                try SpoolFixture.copy(fixture.folder, to: copy)
                crashes.append((copy, accepted, min(confirmed, fixture.outlet.batches.count)))
            }
        }
        for crash in crashes {
            let again = try SpoolFixture(crash.copy, start: "b")
            again.outlet.confirm(.max)
            try await again.running { try await again.drained() }
            let there = fixture.outlet.batches.prefix(crash.confirmed).flatMap { $0.compactMap { $0.data["n"]?.int } }
            let (numbers, lost) = again.arrived
            #expect(numbers == numbers.sorted() && lost == 0)
            let all = Set(there.map { Int($0) }).union(numbers)
            let missing = (0..<Int(crash.accepted)).filter { !all.contains($0 + 1) }
            #expect(missing.isEmpty, "\(missing.count) of \(crash.accepted) accepted are missing in \(crash.copy)")
        }
    }
}
