import ExhaustCore
import Testing

@Suite("Times")
struct TimeTests {
    @Test(
        "read and write RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00.000Z"),
            ("2026-11-22T07:00:00.003Z", 1_795_330_800, 3_000_000, "2026-11-22T07:00:00.003Z"),
            ("2026-11-22T08:30:00+01:30", 1_795_330_800, 0, "2026-11-22T07:00:00.000Z"),
            ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            ("2000-02-29t12:00:00.5z", 951_825_600, 500_000_000, "2000-02-29T12:00:00.500Z"),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0, "9999-12-31T23:59:59.000Z"),
        ])
    func rfc3339(text: String, seconds: Int64, nanoseconds: Int64, written: String) {
        let time = Timestamp(rfc3339: text)
        #expect(time == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
        #expect(time?.description == written)
    }

    @Test(
        "refuse everything else",
        arguments: [
            "", "2026-11-22", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z",
            "0001-01-01T00:00:00+01:00", "2026-01-01T00:00:00Zx",
        ])
    func refused(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("add and subtract across seconds and the epoch")
    func arithmetic() {
        let time = Timestamp(seconds: 0, nanoseconds: 200_000_000)
        #expect(time - .milliseconds(300) == Timestamp(seconds: -1, nanoseconds: 900_000_000))
        #expect((time - .milliseconds(300)) - time == .milliseconds(-300))
        #expect(Timestamp(seconds: 1, nanoseconds: -1) < Timestamp(seconds: 1))
    }

    @Test("agree with the calendar over four centuries")
    func calendar() {
        var days = CivilDate.days(year: 1900, month: 1, day: 1)
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...31 where CivilDate.isValid(year: year, month: month, day: day) {
                    #expect(CivilDate.days(year: year, month: month, day: day) == days)
                    #expect(CivilDate.date(fromDays: days) == (year, month, day))
                    days += 1
                }
            }
        }
    }

    @Test(
        "read durations with units",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("1m30s", .seconds(90)), ("1.5s", .milliseconds(1500)),
            ("-2h", .seconds(-7200)), ("7d", .seconds(604_800)), ("10us", .microseconds(10)),
        ])
    func durations(text: String, duration: Duration) { #expect(Duration(text: text) == duration) }

    @Test(
        "refuse durations without a unit or with nonsense",
        arguments: ["", "10", "s", "-", "1x", "1s2", "1..2s", "200000d", "1 s"])
    func noDurations(text: String) { #expect(Duration(text: text) == nil) }
}
