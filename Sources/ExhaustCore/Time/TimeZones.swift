import Synchronization

/// The time zones of the host's tzdata, by their IANA names. Each is read once.
enum TimeZones {
    private static let folder = "/usr/share/zoneinfo/"
    private static let zones = Mutex<[String: ZoneFile]>([:])

    /// The zone called `name`; `nil` if the host has none of that name. UTC needs no file.
    static func zone(named name: String) -> ZoneFile? {
        if name == "UTC" { return .utc }
        guard isName(name) else { return nil }
        if let zone = zones.withLock({ $0[name] }) { return zone }
        // Whatever keeps the file from being read, the zone cannot be told.
        guard let bytes = try? FileContent.read(folder + name, limit: 65_536), let zone = ZoneFile(bytes) else {
            return nil
        }
        zones.withLock { $0[name] = zone }
        return zone
    }

    /// Whether `name` is made as the names of zones are, so that it leads to no other file: `America/St_Johns`.
    private static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { ExpressionLexer.isLetter($0) || isOther($0) }
        }
    }

    private static func isOther(_ byte: UInt8) -> Bool {
        ExpressionLexer.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }
}
