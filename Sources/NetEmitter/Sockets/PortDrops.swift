import ExhaustCore

/// Finds the ports that do not keep up: something waits there, or did not fit since the last time.
struct PortDrops {
    /// How many ports are told of.
    private static let limit = 50
    private var last: [UInt64: UInt32]?

    init() {}

    /// The ports that do not keep up, the worst first, with the drops since the last call.
    mutating func take(_ listeners: [Listener]) -> [(listener: Listener, drops: UInt64)] {
        var now: [UInt64: UInt32] = [:]
        var slow: [(listener: Listener, drops: UInt64)] = []
        for listener in listeners {
            var lost: UInt64 = 0
            for (cookie, count) in listener.drops {
                now[cookie] = count
                // What was dropped before the first call is not news. The count wraps.
                if let last { lost += UInt64(count &- (last[cookie] ?? 0)) }
            }
            if lost > 0 || listener.queue > 0 { slow.append((listener, lost)) }
        }
        last = now
        slow.sort { Self.order($0) > Self.order($1) }
        return Array(slow.prefix(Self.limit))
    }

    private static func order(_ port: (listener: Listener, drops: UInt64)) -> (UInt64, UInt64, UInt16) {
        (port.drops, port.listener.queue, port.listener.key.port)
    }
}

/// The ports that the kernel chooses for those who do not choose one.
enum EphemeralPorts {
    private static let usual: ClosedRange<UInt16> = 32768...60999

    static func read() -> ClosedRange<UInt16> {
        // A kernel that does not tell has the usual ones.
        guard let text = try? FileContent.read("/proc/sys/net/ipv4/ip_local_port_range", limit: 64) else {
            return usual
        }
        let numbers = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .compactMap { UInt16($0) }
        return numbers.count == 2 && numbers[0] <= numbers[1] ? numbers[0]...numbers[1] : usual
    }
}
