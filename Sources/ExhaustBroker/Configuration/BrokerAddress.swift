package import ExhaustCore

/// Where a broker is: `amqp://host:port/vhost` or `amqps://…` (RabbitMQ URI specification, without credentials).
package struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The host name or address; IPv6 without its brackets.
    package let host: String
    /// The TCP port; 5672, or 5671 with TLS, unless given.
    package let port: UInt16
    /// The virtual host; `/` unless given.
    package let vhost: String
    /// Whether the connection is encrypted and the broker's certificate checked.
    package let usesTLS: Bool

    /// An address by its parts.
    package init(host: String, port: UInt16, vhost: String, usesTLS: Bool = false) {
        self.host = host
        self.port = port
        self.vhost = vhost
        self.usesTLS = usesTLS
    }

    /// Reads an address; throws a `configuration` error that says which part is wrong and never repeats a password.
    package init(_ url: String) throws(ExhaustError) {
        guard let schemeEnd = url.firstRange(of: "://") else {
            throw Self.error("the broker's url has no scheme", advice: "write amqp://host/vhost, or amqps:// for TLS")
        }
        switch url[..<schemeEnd.lowerBound].lowercased() {
        case "amqp": usesTLS = false
        case "amqps": usesTLS = true
        default:
            throw Self.error("the broker's url must begin with amqp:// or amqps://")
        }
        let rest = url[schemeEnd.upperBound...]
        guard !rest.contains("@") else {
            throw Self.error(
                "the broker's url holds a login or password, which process lists and logs would show",
                advice: "move them to login and password_file")
        }
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.error("the broker's url has a query or fragment", advice: "use the keys beside url instead")
        }
        guard rest.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value < 127 }) else {
            throw Self.error("the broker's url has a character that is not printable ASCII")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        (host, port) = try Self.authority(rest[..<slash], defaultPort: usesTLS ? 5671 : 5672)
        vhost = try Self.vhost(rest[slash...])
    }

    /// The url in full; it holds no secret.
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "amqps" : "amqp")://\(name):\(port)/\(Self.escape(vhost))"
    }

    private static func authority(
        _ text: Substring, defaultPort: UInt16
    ) throws(ExhaustError) -> (host: String, port: UInt16) {
        var host = text
        var portText: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw error("the broker's url has '\(rest)' after the address")
            }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            portText = text[text.index(after: colon)...]
            guard !host.contains(":") else {
                throw error("the broker's url has an IPv6 address without brackets", advice: "write [::1]:5672")
            }
        }
        guard !host.isEmpty, host.utf8.count <= 255, !host.contains(where: { $0 == "[" || $0 == "]" }) else {
            throw error("the broker's url has no host name")
        }
        guard let portText else { return (String(host), defaultPort) }
        guard portText.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(portText), port > 0 else {
            throw error("the broker's url has '\(portText)' for a port", advice: "1 to 65535")
        }
        return (String(host), port)
    }

    private static func vhost(_ text: Substring) throws(ExhaustError) -> String {
        guard text.count > 1 else { return "/" }
        let name = text.dropFirst()
        guard !name.contains("/") else {
            throw error("the broker's url has more than one part after the host", advice: "write a / in a vhost as %2F")
        }
        guard let vhost = unescape(name), vhost.utf8.count <= 255, !vhost.utf8.contains(0) else {
            throw error("the vhost '\(name)' in the broker's url is not percent-encoded UTF-8")
        }
        return vhost
    }

    private static func unescape(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let number = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16), high != UInt8(ascii: "+")
            else { return nil }
            bytes.append(number)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 128, character.isLetter || character.isNumber || "-._~".contains(character) {
                escaped.append(character)
            } else {
                escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    private static func error(_ message: String, advice: String? = nil) -> ExhaustError {
        ExhaustError(.configuration, message, at: nil, advice: advice)
    }
}

extension BrokerAddress: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let url = try container.decode(String.self)
        do { self = try BrokerAddress(url) } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }
}
