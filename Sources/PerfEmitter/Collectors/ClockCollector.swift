import CLinux
package import ExhaustCore
import Glibc

/// Whether the clock is synchronised, and how far it may be off (adjtimex(2)).
package struct ClockCollector: Collector {
    package let name = "clock"
    private let isRecorded: Bool
    private let source: String

    package init(_ roots: Roots) {
        isRecorded = roots.isRecorded
        source = "\(roots.sys)/devices/system/clocksource/clocksource0/current_clocksource"
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        data["exhaust.clock.source"] = SmallFile.text(source).map { .string($0) }
        // Of another machine only its files are known.
        if isRecorded { return }
        var clock = exhaust_clock()
        guard exhaust_ask_clock(&clock) == 0 else {
            throw ExhaustError(.inputOutput, errno: errno, "cannot ask for the clock's state")
        }
        data["exhaust.clock.synchronized"] = .bool(clock.is_synchronized != 0)
        data["exhaust.clock.offset"] = .double(clock.offset)
        data["exhaust.clock.error.max"] = .double(clock.maximum_error)
        data["exhaust.clock.error.estimate"] = .double(clock.estimated_error)
    }
}
