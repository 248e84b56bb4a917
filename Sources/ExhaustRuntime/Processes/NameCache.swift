package import ExhaustCore
import Glibc

/// Names of users and groups by number, looked up through NSS and kept for a minute, since a lookup may ask a server,
/// or until the files that NSS reads on every machine change.
package struct NameCache: Sendable {
    /// Finds a name; `nil` if the number has none.
    package typealias Lookup = @Sendable (UInt32) -> String?

    private static let lifetime: Duration = .seconds(60)
    private static let limit = 4096
    /// How often to look whether the files have changed.
    private static let checkInterval: Duration = .seconds(1)
    private static let files = ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf"]
    private let findUser: Lookup
    private let findGroup: Lookup
    private var users: [UInt32: Entry] = [:]
    private var groups: [UInt32: Entry] = [:]
    private let readStamps: @Sendable () -> [FileStamp?]
    private var stamps: [FileStamp?] = []
    private var nextCheck: Timestamp?

    private struct Entry { var name: String?, until: Timestamp }

    /// A cache of what `user` and `group` find; by default what getpwuid_r(3) and getgrgid_r(3) do.
    package init(user: @escaping Lookup = Self.lookUpUser, group: @escaping Lookup = Self.lookUpGroup) {
        self.init(user: user, group: group, stamps: { Self.files.map(FileStamp.init) })
    }

    /// As above, with what tells that the files have changed.
    package init(user: @escaping Lookup, group: @escaping Lookup, stamps: @escaping @Sendable () -> [FileStamp?]) {
        findUser = user
        findGroup = group
        readStamps = stamps
    }

    /// How many names it holds.
    package var count: Int { users.count + groups.count }

    /// The name of a user at `now`.
    package mutating func userName(_ id: UInt32, now: Timestamp) -> String? {
        noticeChanges(now)
        return Self.name(of: id, in: &users, now: now, lookup: findUser)
    }

    /// The name of a group at `now`.
    package mutating func groupName(_ id: UInt32, now: Timestamp) -> String? {
        noticeChanges(now)
        return Self.name(of: id, in: &groups, now: now, lookup: findGroup)
    }

    private mutating func noticeChanges(_ now: Timestamp) {
        if let nextCheck, now < nextCheck, nextCheck <= now + Self.checkInterval { return }
        nextCheck = now + Self.checkInterval
        let found = readStamps()
        guard found != stamps else { return }
        stamps = found
        users.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
    }

    private static func name(
        of id: UInt32, in entries: inout [UInt32: Entry], now: Timestamp, lookup: Lookup
    ) -> String? {
        if let entry = entries[id], now < entry.until { return entry.name }
        // Numbers are cheap to make up; a flood of them must not fill the memory.
        if entries.count >= limit { entries.removeAll(keepingCapacity: true) }
        let name = lookup(id)
        entries[id] = Entry(name: name, until: now + lifetime)
        return name
    }
}

extension NameCache {
    /// The name of a user as NSS knows it.
    package static let lookUpUser: Lookup = { id in
        withBuffer { buffer, length in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let code = getpwuid_r(id, &entry, buffer, length, &found)
            return (code, found.flatMap { $0.pointee.pw_name }.map { String(cString: $0) })
        }
    }

    /// The name of a group as NSS knows it.
    package static let lookUpGroup: Lookup = { id in
        withBuffer { buffer, length in
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            let code = getgrgid_r(id, &entry, buffer, length, &found)
            return (code, found.flatMap { $0.pointee.gr_name }.map { String(cString: $0) })
        }
    }

    /// Gives `body` more room as long as it says ERANGE: a group may have thousands of members.
    private static func withBuffer(
        _ body: (UnsafeMutablePointer<CChar>, Int) -> (code: Int32, name: String?)
    ) -> String? {
        for size in [1024, 16_384, 262_144, 4_194_304] {
            let (code, name) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
                buffer.baseAddress.map { body($0, size) } ?? (ERANGE, nil)
            }
            if code != ERANGE { return name }
        }
        return nil
    }
}
