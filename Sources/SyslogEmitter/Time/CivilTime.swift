import ExhaustCore

/// A date and time as a message states it: the year and the zone may be missing.
struct CivilTime {
    var year: Int?
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var nanoseconds = 0
    /// Seconds east of UTC.
    var offset: Int?
    /// Whether the stamp names a zone that may be of several places.
    var isZoneVague = false

    /// The moment, where date and zone are complete.
    var moment: Timestamp? {
        guard let year, let offset else { return nil }
        return Timestamp(seconds: localSeconds(in: year) - Int64(offset), nanoseconds: Int64(nanoseconds))
    }

    /// The moment, with a missing zone taken from `zone` and a missing year such that it is nearest to `reference`;
    /// `nil` for 29 February far from a leap year.
    func moment(in zone: LocalZone, near reference: Timestamp) -> Timestamp? {
        guard let year = year ?? nearestYear(to: reference) else { return nil }
        let local = localSeconds(in: year)
        let seconds = offset.map { local - Int64($0) } ?? zone.utcSeconds(ofLocal: local, near: reference.seconds)
        return Timestamp(seconds: seconds, nanoseconds: Int64(nanoseconds))
    }

    private func distance(in year: Int, to reference: Timestamp) -> UInt64 {
        (localSeconds(in: year) - reference.seconds).magnitude
    }

    private func localSeconds(in year: Int) -> Int64 {
        CivilDate.days(year: year, month: month, day: day) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Zones differ by hours and years by months, so the zone does not matter here.
    private func nearestYear(to reference: Timestamp) -> Int? {
        let days = reference.seconds >= 0 ? reference.seconds / 86_400 : -((86_399 - reference.seconds) / 86_400)
        let current = CivilDate.date(fromDays: days).year
        return (current - 1...current + 1)
            .filter { CivilDate.isValid(year: $0, month: month, day: day) }
            .min { distance(in: $0, to: reference) < distance(in: $1, to: reference) }
    }
}
