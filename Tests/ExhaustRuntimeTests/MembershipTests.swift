import ExhaustCore
import Testing

@testable import ExhaustRuntime

@Suite("Who shares the partitions")
struct MembershipTests {
    private let start = ContinuousClock.now
    private let interval = Duration.seconds(5)

    /// An instance `a` that heard itself at these seconds.
    private func membership(hearsItself seconds: [Double]) -> Membership {
        var membership = Membership(own: "a", interval: interval)
        for second in seconds {
            _ = membership.note("a", isStopped: false, interval: interval, at: start + .seconds(second))
        }
        return membership
    }

    private func hears(_ member: String, _ membership: inout Membership, isStopped: Bool, at second: Double) -> Bool {
        membership.note(member, isStopped: isStopped, interval: interval, at: start + .seconds(second))
    }

    private func expect(
        _ membership: inout Membership, at second: Double, _ members: [String],
        at location: SourceLocation = #_sourceLocation
    ) {
        let found = membership.members(at: start + .seconds(second))
        #expect(found == members, sourceLocation: location)
    }

    private func shares(_ members: [String], _ partitions: Int) -> [[Int]] {
        members.map { Membership.share(of: $0, among: members, partitions: partitions) }
    }

    @Test("every partition has one owner, and shares differ by no more than evenness allows", arguments: 1...9)
    func even(count: Int) {
        let members = (0..<count).map { "//central-\($0)/analyzer/\($0)" }
        for partitions in [1, 2, 16, 64] {
            let shares = shares(members, partitions)
            #expect(shares.joined().sorted() == Array(0..<partitions))
            #expect(shares.allSatisfy { $0.count <= (partitions + count - 1) / count })
        }
        #expect(shares(["x", "y"], 16).map(\.count) == [8, 8])
    }

    @Test("a third instance moves little more than its own share")
    func stable() {
        let before = shares(["x", "y"], 64)
        let after = shares(["x", "y", "z"], 64)
        let kept = zip(before, after).reduce(0) { $0 + Set($1.0).intersection($1.1).count }
        #expect(kept >= 36)
    }

    @Test("an instance that falls silent is dead after one and a half intervals, not before")
    func death() {
        var membership = membership(hearsItself: [0, 5, 10, 15])
        let isNew1 = hears("b", &membership, isStopped: false, at: 6)
        #expect(isNew1)
        expect(&membership, at: 13, ["a", "b"])
        expect(&membership, at: 14, ["a"])
    }

    @Test("an instance that does not hear itself holds nobody's silence against anyone")
    func deaf() {
        var membership = membership(hearsItself: [0, 5])
        _ = membership.note("b", isStopped: false, interval: interval, at: start + .seconds(6))
        expect(&membership, at: 100, ["a", "b"])
        // Heard again after an outage: the others get their time too.
        _ = membership.note("a", isStopped: false, interval: interval, at: start + .seconds(101))
        expect(&membership, at: 102, ["a", "b"])
        _ = membership.note("a", isStopped: false, interval: interval, at: start + .seconds(106))
        expect(&membership, at: 109, ["a"])
    }

    @Test("one that says that it stops is gone at once; a newcomer is told apart from a known one")
    func coming() {
        var membership = membership(hearsItself: [0])
        let isNew2 = hears("b", &membership, isStopped: false, at: 0)
        #expect(isNew2)
        let isNew3 = hears("b", &membership, isStopped: false, at: 0)
        #expect(!isNew3)
        let isNew4 = hears("b", &membership, isStopped: true, at: 0)
        #expect(!isNew4)
        expect(&membership, at: 0, ["a"])
    }
}
