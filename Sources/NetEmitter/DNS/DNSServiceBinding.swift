import ExhaustCore

extension DNSData {
    /// The data of SVCB and HTTPS records (RFC 9460 section 2.2): `1 . alpn="h2,h3" port="8443"`.
    mutating func serviceBinding(_ type: DNSType) throws(DNSProblem) -> String {
        var text = try "\(uint16()) \(name())"
        var last = -1
        while remaining > 0 {
            let key = try uint16()
            let length = Int(try uint16())
            // Keys ascend, and none is there twice.
            guard Int(key) > last else { throw .data(type) }
            last = Int(key)
            guard remaining >= length else { throw .data(type) }
            let rest = remaining - length
            text += " " + Self.parameterName(key)
            if let value = try parameter(key, length) { text += "=\"\(value)\"" }
            guard remaining == rest else { throw .data(type) }
        }
        return text
    }

    private static func parameterName(_ key: UInt16) -> String {
        let names = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"]
        return Int(key) < names.count ? names[Int(key)] : "key\(key)"
    }

    /// The value of a parameter; nil of one that has none.
    private mutating func parameter(_ key: UInt16, _ length: Int) throws(DNSProblem) -> String? {
        let rest = remaining - length
        var parts: [String] = []
        switch key {
        case 0: while remaining > rest { parts.append(Self.parameterName(try uint16())) }
        case 1: while remaining > rest { parts.append(Self.plain(try bytes(Int(try uint8())))) }
        case 3: parts = ["\(try uint16())"]
        case 4: while remaining > rest { parts.append(IPAddress(ipv4: try uint32()).description) }
        case 6:
            while remaining > rest { parts.append(IPAddress(ipv6: try uint64(), try uint64()).description) }
        case 5: parts = [Base64.encode(try bytes(length).bytes)]
        default:
            guard length > 0 else { return nil }
            parts = [Self.plain(try bytes(length))]
        }
        return parts.joined(separator: ",")
    }

    private static func plain(_ bytes: FrameBytes) -> String { String(quoted(bytes).dropFirst().dropLast()) }
}
