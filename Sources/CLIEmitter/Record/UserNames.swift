import ExhaustCore
import Glibc

/// Names of users by number, kept for a minute: a lookup may ask a server.
struct UserNames {
    private var names: [UInt32: (name: String?, until: Timestamp)] = [:]
    private let lookup: @Sendable (UInt32) -> String?

    init(lookup: @escaping @Sendable (UInt32) -> String? = { UserNames.find($0) }) { self.lookup = lookup }

    mutating func name(of id: UInt32, now: Timestamp) -> String? {
        if let known = names[id], now < known.until { return known.name }
        // Numbers are cheap to make up; a flood of them must not fill the memory.
        if names.count >= 4096 { names.removeAll(keepingCapacity: true) }
        let name = lookup(id)
        names[id] = (name, now + .seconds(60))
        return name
    }

    /// What getpwuid_r(3) finds.
    static func find(_ id: UInt32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let base = buffer.baseAddress, getpwuid_r(id, &entry, base, buffer.count, &found) == 0 else {
                return nil
            }
            return found.flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
        }
    }
}
