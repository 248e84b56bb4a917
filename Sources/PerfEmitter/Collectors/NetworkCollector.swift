package import ExhaustCore

/// Network interfaces: what they carried, and their state (/proc/net/dev, /sys/class/net).
package struct NetworkCollector: Collector {
    package let name = "network"
    package let counters: Set<String> = [
        "system.network.io", "system.network.packet.count", "system.network.packet.dropped", "system.network.errors",
        "exhaust.network.errors", "exhaust.network.carrier_changes",
    ]
    private let file: ByteFile
    private let folder: String
    private let isLocal: Bool
    /// What seldom changes, by interface, with the states that they had then: seven files an interface, and a question
    /// to the driver.
    private var settings: [String: ValueMap] = [:]
    private var states: [String: Value] = [:]
    /// Seconds until they are read anew.
    private var rest = 0.0
    private static let settingsInterval = 60.0

    package init(_ roots: Roots) {
        file = ByteFile("\(roots.net)/dev")
        folder = "\(roots.sys)/class/net"
        isLocal = !roots.isRecorded && roots.rootfs == "/"
    }

    package mutating func collect(into data: inout ValueMap, moment: inout SampleMoment) throws {
        var interfaces: [(String, ValueMap)] = []
        if let text = try file.readIfPresent() { interfaces = Self.table(text) }
        let listed = Set(interfaces.map(\.0))
        interfaces += SmallFile.names(in: folder).filter { !listed.contains($0) }.compactMap { name in
            // Beside interfaces there are files, such as bonding_masters.
            SmallFile.text("\(folder)/\(name)/mtu").map { _ in (name, ["network.interface.name": .string(name)]) }
        }
        guard !interfaces.isEmpty else { return }
        for index in interfaces.indices { describe(interfaces[index].0, in: &interfaces[index].1) }
        refreshSettings(of: interfaces, after: moment.elapsed?.inSeconds ?? 0)
        data["system.network"] = .list(
            interfaces.map { name, data in .map(ValueMap(data.entries + (settings[name]?.entries ?? []))) })
    }

    private func describe(_ name: String, in data: inout ValueMap) {
        let folder = "\(folder)/\(name)"
        data["exhaust.network.state"] = SmallFile.text("\(folder)/operstate").map { .string($0) }
        data["exhaust.network.carrier"] = SmallFile.count("\(folder)/carrier")
        data["exhaust.network.carrier_changes"] = SmallFile.count("\(folder)/carrier_changes")
    }

    /// Reads the settings anew each minute, and when an interface comes, goes, or changes its state.
    private mutating func refreshSettings(of interfaces: [(String, ValueMap)], after seconds: Double) {
        rest -= seconds
        let found = Dictionary(interfaces.map { ($0, $1["exhaust.network.state"] ?? .null) }) { $1 }
        guard rest <= 0 || found != states else { return }
        (rest, states) = (Self.settingsInterval, found)
        let addresses = isLocal ? InterfaceAddresses.all() : [:]
        settings = found.reduce(into: [:]) { settings, interface in
            var own = readSettings(interface.key)
            own["exhaust.network.addresses"] = addresses[interface.key].map { .list($0.map { .string($0) }) }
            settings[interface.key] = own
        }
    }

    /// What the driver and the administrator say.
    private func readSettings(_ name: String) -> ValueMap {
        var data = ValueMap()
        let folder = "\(folder)/\(name)"
        data["exhaust.network.mtu"] = SmallFile.count("\(folder)/mtu")
        data["exhaust.network.queue_length"] = SmallFile.count("\(folder)/tx_queue_len")
        data["exhaust.network.flags"] = SmallFile.text("\(folder)/flags").flatMap { text in
            UInt32(text.hasPrefix("0x") ? String(text.dropFirst(2)) : text, radix: 16).map { .int(Int64($0)) }
        }
        // Megabits; drivers say -1, or refuse, where there is no speed.
        if let speed = SmallFile.number("\(folder)/speed"), (1...Int64(UInt32.max) - 1).contains(speed) {
            data["exhaust.network.speed"] = .int(speed * 125_000)
        }
        data["exhaust.network.duplex"] = SmallFile.text("\(folder)/duplex").map { .string($0) }
        return data
    }

    /// The interfaces of /proc/net/dev; lines that are none are left out. Old kernels write no blank after the colon.
    static func table(_ text: ByteScanner) -> [(String, ValueMap)] {
        var text = text
        var interfaces: [(String, ValueMap)] = []
        while let line = text.line() {
            var (rest, start) = (line, line)
            // Aliases have a colon in their name (eth0:1): the last one ends it.
            guard rest.skipPast(last: UInt8(ascii: ":")), let word = start.word() else { continue }
            let name = Self.name(String(decoding: word, as: UTF8.self))
            var numbers: [UInt64] = []
            while let number = rest.number() { numbers.append(number) }
            guard numbers.count >= 16 else { continue }
            interfaces.append((name, describe(name, numbers)))
        }
        return interfaces
    }

    private static func name(_ text: String) -> String {
        guard let colon = text.lastIndex(of: ":") else { return text }
        return String(text[..<colon])
    }

    private static func describe(_ name: String, _ numbers: [UInt64]) -> ValueMap {
        func both(_ receive: Int, _ transmit: Int) -> Value {
            ["receive": numbers[receive].value, "transmit": numbers[transmit].value]
        }
        return [
            "network.interface.name": .string(name), "system.network.io": both(0, 8),
            "system.network.packet.count": both(1, 9), "system.network.errors": both(2, 10),
            "system.network.packet.dropped": both(3, 11),
            "exhaust.network.errors": [
                "receive_fifo": numbers[4].value, "receive_frame": numbers[5].value, "transmit_fifo": numbers[12].value,
                "transmit_collisions": numbers[13].value, "transmit_carrier": numbers[14].value,
                "receive_multicast": numbers[7].value, "receive_compressed": numbers[6].value,
                "transmit_compressed": numbers[15].value,
            ],
        ]
    }
}
