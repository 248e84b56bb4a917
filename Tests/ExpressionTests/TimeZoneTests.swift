import ExhaustCore
import Glibc
import Testing

@Suite("Time zones")
struct TimeZoneTests {
    /// Zones with rules of every kind: none, north, south, half hours, negative summer time, at midnight, given up.
    private static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kathmandu", "America/St_Johns",
        "Europe/Dublin", "Africa/Casablanca", "Asia/Beirut", "America/Sao_Paulo", "Pacific/Apia",
        "Australia/Lord_Howe", "Antarctica/Troll", "America/Nuuk",
    ]

    @Test("1,000 moments from 1900 to 2300 read as date(1) reads them", arguments: zones)
    func againstDate(zone: String) throws {
        guard access("/usr/share/zoneinfo/\(zone)", R_OK) == 0 else {
            return print("SKIPPED: time zone \(zone): the host's tzdata does not have it")
        }
        let expression = try Expression.parse(
            """
            "%d-%d-%d %d:%d:%d %d %d".format([t.getFullYear(zone), t.getMonth(zone) + 1, t.getDate(zone),
                t.getHours(zone), t.getMinutes(zone), t.getSeconds(zone), t.getDayOfWeek(zone),
                t.getDayOfYear(zone) + 1])
            """)
        var generator = SeededGenerator(seed: 3)
        let moments = (0..<1000).map { _ in Int64.random(in: -2_208_988_800...10_413_792_000, using: &generator) }
        let expected = try Self.readings(of: moments, in: zone)
        try #require(expected.count == moments.count)
        for (moment, reading) in zip(moments, expected) {
            let bindings: ValueMap = ["t": .timestamp(Timestamp(seconds: moment)), "zone": .string(zone)]
            #expect(try expression.evaluate(in: bindings) == .string(reading), "\(moment) in \(zone)")
        }
    }

    /// What GNU date says.
    private static func readings(of moments: [Int64], in zone: String) throws -> [String] {
        let list = moments.map { "@\($0)" }.joined(separator: "\n")
        let command = """
            TZ='\(zone)' date -f - '+%-Y-%-m-%-d %-H:%-M:%-S %w %-j' <<'END'
            \(list)
            END
            """
        let pipe = try #require(popen(command, "r"))
        defer { pclose(pipe) }
        var lines: [String] = []
        var line = [CChar](repeating: 0, count: 128)
        while fgets(&line, Int32(line.count), pipe) != nil {
            lines.append(String(decoding: line.prefix { $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return lines
    }

    @Test(
        "A name leads to no other file, and a bad one is an error",
        arguments: ["../../../etc/passwd", "/etc/localtime", "", "Europe/", "Nowhere/At_All", "zone.tab", "25:00"])
    func names(zone: String) throws {
        let bindings: ValueMap = ["t": .timestamp(Timestamp(seconds: 0)), "zone": .string(zone)]
        let error = #expect(throws: ExpressionError.self) {
            try Expression.parse("t.getHours(zone)").evaluate(in: bindings)
        }
        #expect(error?.problem == .outOfRange("'\(zone)' as time zone"))
    }
}
