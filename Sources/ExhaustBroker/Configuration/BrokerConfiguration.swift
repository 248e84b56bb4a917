package import ExhaustCore

/// How to reach the broker and how much to have under way: the keys under `broker` of a role's configuration.
package struct BrokerConfiguration: Sendable {
    /// Where the broker is.
    package var address: BrokerAddress
    /// The RabbitMQ user; with a certificate and no password, the certificate's common name.
    package var login: String
    /// A file that holds the password, closed to other users.
    package var passwordFile: String?
    /// The password itself, for whoever has it from elsewhere than a file; never read from configuration.
    package var password: String?
    /// Certificate authorities (PEM) that the broker's certificate must come from; the system's without it.
    package var caFile: String?
    /// This role's certificate chain and key (PEM).
    package var certificateFile: String?
    package var keyFile: String?
    /// Silence after which either side takes the other for dead; the broker may lower it.
    package var heartbeat: Duration = .seconds(10)
    /// The most messages that may be unconfirmed.
    package var window = 1000
    /// The most messages that may be unacknowledged a queue.
    package var prefetch = 300
    /// The number of partitions, fixed when the broker was provisioned.
    package var partitions = 16

    /// A configuration with the defaults; set the others as needed.
    package init(address: BrokerAddress, login: String) {
        self.address = address
        self.login = login
    }

    /// Throws if a number is out of its range or parts do not fit together.
    package func validate() throws(ExhaustError) {
        try Self.check(!login.isEmpty && login.utf8.count <= 255, "login must have 1 to 255 bytes")
        let beat = heartbeat.inMilliseconds
        try Self.check((1000...3_600_000).contains(beat), "heartbeat must be between 1s and 1h")
        try Self.check((1...100_000).contains(window), "window must be between 1 and 100000")
        try Self.check((1...65_535).contains(prefetch), "prefetch must be between 1 and 65535")
        try Self.check((1...100).contains(partitions), "partitions must be between 1 and 100")
        try Self.check(
            (certificateFile == nil) == (keyFile == nil), "certificate_file and key_file belong together")
        try Self.check(
            address.usesTLS || (caFile == nil && certificateFile == nil),
            "ca_file and certificate_file need an amqps:// url")
        try Self.check(
            password != nil || passwordFile != nil || certificateFile != nil,
            "there is neither password_file nor certificate_file")
    }

    /// The password, read from its file where need be; `nil` means to log in by certificate (SASL EXTERNAL).
    package func credential() throws -> String? {
        if let password { return password }
        guard let passwordFile else { return nil }
        let bytes = try ProtectedFile.read(passwordFile, as: .secret, limit: 4096)
        guard var text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw ExhaustError(.configuration, "the password is not UTF-8 text", at: passwordFile)
        }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    private static func check(_ holds: Bool, _ message: String) throws(ExhaustError) {
        guard holds else { throw ExhaustError(.configuration, "broker: \(message)") }
    }
}

extension BrokerConfiguration: Decodable {
    enum CodingKeys: String, CodingKey {
        case url, login, heartbeat, window, prefetch, partitions
        case passwordFile = "password_file"
        case caFile = "ca_file"
        case certificateFile = "certificate_file"
        case keyFile = "key_file"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            address: try container.decode(BrokerAddress.self, forKey: .url),
            login: try container.decode(String.self, forKey: .login))
        passwordFile = try container.decodeIfPresent(String.self, forKey: .passwordFile)
        caFile = try container.decodeIfPresent(String.self, forKey: .caFile)
        certificateFile = try container.decodeIfPresent(String.self, forKey: .certificateFile)
        keyFile = try container.decodeIfPresent(String.self, forKey: .keyFile)
        heartbeat = try container.decodeIfPresent(Duration.self, forKey: .heartbeat) ?? heartbeat
        window = try container.decodeIfPresent(Int.self, forKey: .window) ?? window
        prefetch = try container.decodeIfPresent(Int.self, forKey: .prefetch) ?? prefetch
        partitions = try container.decodeIfPresent(Int.self, forKey: .partitions) ?? partitions
    }
}
