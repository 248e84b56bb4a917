import NetEmitter

/// Ethernet frames, made by hand.
enum Frames {
    static func bytes<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// A frame of `protocolNumber` between two ends, with VLAN tags before its type (each with its own type and id),
    /// IPv4 options and a payload.
    static func frame(
        from source: IPAddress, _ sourcePort: UInt16, to destination: IPAddress, _ destinationPort: UInt16,
        protocolNumber: UInt8 = 6, tags: [(UInt16, UInt16)] = [], options: [UInt8] = [], fragment: UInt16 = 0,
        payload: [UInt8] = []
    ) -> [UInt8] {
        let addresses: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]
        let header = tags.flatMap { bytes($0.0) + bytes($0.1) } + bytes(UInt16(source.isIPv4 ? 0x0800 : 0x86dd))
        let packet = packet(
            from: source, sourcePort, to: destination, destinationPort, protocolNumber: protocolNumber,
            options: options, fragment: fragment, payload: payload)
        return addresses + header + packet
    }

    /// The same from the IP header on.
    static func packet(
        from source: IPAddress, _ sourcePort: UInt16, to destination: IPAddress, _ destinationPort: UInt16,
        protocolNumber: UInt8 = 6, options: [UInt8] = [], fragment: UInt16 = 0, payload: [UInt8] = []
    ) -> [UInt8] {
        let ports = bytes(sourcePort) + bytes(destinationPort)
        let rest: [UInt8] =
            protocolNumber == 17
            ? bytes(UInt16(8 + payload.count)) + [0, 0] : bytes(UInt64(1)) + [0x50, 2, 0, 9, 0, 0, 0, 0]
        let content = ports + rest + payload
        if !source.isIPv4 {
            let header: [UInt8] = [0x60, 0, 0, 0] + bytes(UInt16(content.count)) + [protocolNumber, 64]
            return header + source.bytes + destination.bytes + content
        }
        let length = 20 + options.count
        var header: [UInt8] = [0x40 | UInt8(length / 4), 0] + bytes(UInt16(length + content.count)) + [0, 7]
        header += bytes(fragment) + [64, protocolNumber, 0, 0] + source.bytes + destination.bytes
        return header + options + content
    }
}
