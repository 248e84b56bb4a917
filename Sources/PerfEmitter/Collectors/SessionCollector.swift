package import ExhaustCore
import Glibc

/// Who is logged in (utmp(5)). Systems without the file, as those that went to wtmpdb, have none to tell of.
package struct SessionCollector: Collector {
    package let name = "session"
    private let file: ByteFile
    /// More are not told of one by one.
    private static let limit = 100

    package init(_ roots: Roots) {
        file = ByteFile(roots.rootfs == "/" ? "/run/utmp" : "\(roots.rootfs)/run/utmp")
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        guard let text = try file.readIfPresent() else { return }
        let sessions = Self.sessions(text.rest)
        data["exhaust.session.count"] = .int(Int64(sessions.count))
        data["exhaust.user.count"] = .int(Int64(Set(sessions.compactMap { $0["user.name"]?.string }).count))
        data["exhaust.sessions"] = .list(sessions.prefix(Self.limit).map { .map($0) })
    }

    /// Reads records as this machine's C library writes them; a last one that is cut short is left out.
    static func sessions(_ bytes: ArraySlice<UInt8>) -> [ValueMap] {
        let size = MemoryLayout<utmpx>.size
        return stride(from: bytes.startIndex, to: bytes.endIndex - size + 1, by: size).compactMap { start in
            bytes[start..<(start + size)].withUnsafeBytes { raw in
                let record = raw.loadUnaligned(as: utmpx.self)
                guard record.ut_type == Int16(USER_PROCESS) else { return nil }
                // Unsigned until 2106 in the record, whatever its type here.
                let start = Timestamp(seconds: Int64(UInt32(truncatingIfNeeded: record.ut_tv.tv_sec)))
                var session: ValueMap = [
                    "user.name": text(record.ut_user), "exhaust.session.terminal": text(record.ut_line),
                    "process.pid": .int(Int64(record.ut_pid)),
                    "exhaust.session.start": .string(start.description),
                ]
                let host = text(record.ut_host)
                if host != "" { session["client.address"] = host }
                return session
            }
        }
    }

    private static func text(_ field: some Any) -> Value {
        withUnsafeBytes(of: field) { .string(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
    }
}
