import Testing

@testable import NetEmitter

@Suite("Suspension of the machine")
struct SuspendWatchTests {
    @Test("is what one clock went on while the other stood still; a delay between two looks is none")
    func tells() {
        var moment = SuspendWatch.Moment.now()
        var watch = SuspendWatch(at: moment)
        func after(_ continuous: Duration, _ awake: Duration) -> Duration? {
            moment.continuous += continuous
            moment.awake += awake
            return watch.check(moment)
        }
        #expect(after(.seconds(100), .seconds(100)) == nil)
        #expect(after(.milliseconds(210), .milliseconds(200)) == nil)
        #expect(after(.seconds(3600), .milliseconds(200)) == .milliseconds(3_599_800))
        #expect(after(.seconds(1), .seconds(1)) == nil)
    }
}
