import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Times of messages")
struct TimeTests {
    /// Central European time of 2026: summer from 29 March to 25 October, 01:00 UTC.
    private static let berlin = LocalZone { utc in (1_774_746_000..<1_792_890_000).contains(utc) ? 7200 : 3600 }

    private func claimed(_ stamp: String, zone: LocalZone = .fixed(0), near: String) throws -> String? {
        let reference = try #require(Timestamp(rfc3339: near))
        let line = "<13>\(stamp) h a: text"
        return MessageParser(zone: zone).parse(Array(line.utf8), near: reference).claimedTime?.description
    }

    @Test("A stamp without a year gets the year that is nearest to the received time")
    func year() throws {
        #expect(try claimed("Dec 31 23:59:59", near: "2027-01-01T00:00:05Z") == "2026-12-31T23:59:59.000Z")
        #expect(try claimed("Jan  1 00:00:05", near: "2026-12-31T23:59:59Z") == "2027-01-01T00:00:05.000Z")
        #expect(try claimed("Jun  1 00:00:00", near: "2026-05-31T00:00:00Z") == "2026-06-01T00:00:00.000Z")
        #expect(try claimed("Feb 29 12:00:00", near: "2028-03-01T00:00:00Z") == "2028-02-29T12:00:00.000Z")
        #expect(try claimed("Feb 29 12:00:00", near: "2027-11-01T00:00:00Z") == "2028-02-29T12:00:00.000Z")
        #expect(try claimed("Feb 29 12:00:00", near: "2026-03-01T00:00:00Z") == nil)
        #expect(try claimed("Nov 22 07:00:60", near: "2026-11-22T07:00:00Z") == "2026-11-22T07:01:00.000Z")
    }

    @Test("A stamp without a zone is of the zone that was given, also when summer time begins or ends")
    func zone() throws {
        let berlin = Self.berlin
        #expect(
            try claimed("Jul  1 12:00:00", zone: berlin, near: "2026-07-01T10:00:00Z") == "2026-07-01T10:00:00.000Z")
        #expect(
            try claimed("Nov 22 08:00:00", zone: berlin, near: "2026-11-22T07:00:00Z") == "2026-11-22T07:00:00.000Z")
        // Autumn shows 02:30 twice.
        #expect(
            try claimed("Oct 25 02:30:00", zone: berlin, near: "2026-10-25T00:31:00Z") == "2026-10-25T00:30:00.000Z")
        #expect(
            try claimed("Oct 25 02:30:00", zone: berlin, near: "2026-10-25T01:31:00Z") == "2026-10-25T01:30:00.000Z")
        // Spring never shows 02:30.
        #expect(
            try claimed("Mar 29 02:30:00", zone: berlin, near: "2026-03-29T01:30:00Z") == "2026-03-29T01:30:00.000Z")
        #expect(
            try claimed("2026-11-22T08:00:00", zone: .fixed(-18_000), near: "2026-11-22T13:00:00Z")
                == "2026-11-22T13:00:00.000Z")
    }

    @Test("The machine's zone agrees with itself")
    func systemZone() {
        let now: Int64 = 1_795_417_200
        let local = now + Int64(LocalZone.system.offset(now))
        #expect(LocalZone.system.utcSeconds(ofLocal: local, near: now) == now)
    }

    @Test("Zones are system, UTC and offsets")
    func zoneNames() {
        #expect(LocalZone("UTC")?.offset(0) == 0)
        #expect(LocalZone("+05:30")?.offset(0) == 19_800)
        #expect(LocalZone("-0800")?.offset(0) == -28_800)
        for text in ["", "Europe/Berlin", "+5", "+15:00", "+05:60", "05:00", "+05:300"] {
            #expect(LocalZone(text) == nil, "\(text)")
        }
    }

    @Test("A clock that is far ahead or was never set is not believed, yet what it said is kept")
    func implausible() {
        let ahead = Fixtures.record("<14>1 2026-12-24T00:00:00Z h a - - - text")
        #expect(ahead.time == Fixtures.received)
        #expect(ahead.recordedTime == Fixtures.received)
        #expect(ahead.data["exhaust.syslog.claimed_time"] == "2026-12-24T00:00:00.000Z")

        let unset = Fixtures.record("<14>1 1970-01-01T00:00:09Z h a - - - text")
        #expect(unset.time == Fixtures.received)

        let slightly = Fixtures.record("<14>1 2026-11-23T08:00:00Z h a - - - text")
        #expect(slightly.time == Fixtures.time("2026-11-23T08:00:00Z"))
        #expect(slightly.data["exhaust.syslog.claimed_time"] == nil)

        let replay = RecordMaker(zone: .fixed(0), aheadLimit: nil)
        let frame = Frame(bytes: Array("<14>1 2036-12-24T00:00:00Z h a - - - text".utf8))
        let record = replay.record(of: frame, from: Origin(), received: Fixtures.received)
        #expect(record.time == Fixtures.time("2036-12-24T00:00:00Z"))
    }
}
