import ExhaustCore
import ExhaustRuntime

/// What an interface carried since it is there (IFLA_STATS64: `struct rtnl_link_stats64` of linux/if_link.h).
enum InterfaceCounters {
    private static let statistics: UInt16 = 23

    /// The counters in a message that describes an interface, under the names that `exhaust.perf` has; `nil` without.
    static func data(_ content: NetlinkBytes) -> ValueMap? {
        guard let interface = Interface(content),
            let numbers = content.attributes(from: 16).first(where: { $0.type == statistics })?.content
        else { return nil }
        func number(_ index: Int) -> Value { .int(Int64(clamping: numbers.number(8 * index, as: UInt64.self) ?? 0)) }
        func both(_ receive: Int) -> Value { ["receive": number(receive), "transmit": number(receive + 1)] }
        return [
            "network.interface.name": .string(interface.name), "system.network.io": both(2),
            "system.network.packet.count": both(0), "system.network.errors": both(4),
            "system.network.packet.dropped": both(6),
            "exhaust.network.errors": [
                "receive_multicast": number(8), "transmit_collisions": number(9), "receive_length": number(10),
                "receive_overrun": number(11), "receive_crc": number(12), "receive_frame": number(13),
                "receive_fifo": number(14), "receive_missed": number(15), "transmit_aborted": number(16),
                "transmit_carrier": number(17), "transmit_fifo": number(18), "transmit_heartbeat": number(19),
                "transmit_window": number(20), "receive_compressed": number(21), "transmit_compressed": number(22),
                "receive_nohandler": number(23),
            ],
        ]
    }
}
