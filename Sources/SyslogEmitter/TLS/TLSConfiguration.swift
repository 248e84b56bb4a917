import ExhaustCore

/// `tls`: where connections by TLS are taken, and whose.
package struct TLSConfiguration: Sendable, Hashable {
    /// `client`: whether those who connect must show a certificate.
    package enum Client: String, Sendable, Decodable {
        case require, optional, none
    }

    package var addresses: [ListenAddress]
    /// PEM: the listener's certificate, and behind it those that vouch for it.
    package var certificateFile: String
    package var keyFile: String
    /// PEM: the authorities whose certificates clients may have.
    package var authorityFile: String?
    /// PEM: the certificates that those authorities have revoked.
    package var revocationFile: String?
    package var client: Client
    /// Names that clients may have; `nil` for all that the authorities vouch for.
    package var allow: PeerNames?
}

extension TLSConfiguration: Decodable {
    enum CodingKeys: String, CodingKey {
        case addresses, client, allow
        case certificateFile = "certificate_file"
        case keyFile = "key_file"
        case authorityFile = "ca_file"
        case revocationFile = "crl_file"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        addresses = try container.decode([ListenAddress].self, forKey: .addresses)
        certificateFile = try container.decode(String.self, forKey: .certificateFile)
        keyFile = try container.decode(String.self, forKey: .keyFile)
        authorityFile = try container.decodeIfPresent(String.self, forKey: .authorityFile)
        revocationFile = try container.decodeIfPresent(String.self, forKey: .revocationFile)
        let client = try container.decodeIfPresent(String.self, forKey: .client) ?? Client.require.rawValue
        guard let client = Client(rawValue: client) else {
            throw ValueCodingError(path: ["tls", "client"], message: "must be require, optional or none")
        }
        self.client = client
        let names = try container.decodeIfPresent([String].self, forKey: .allow)
        for (index, name) in (names ?? []).enumerated() where !PeerNames.isPattern(name) {
            throw ValueCodingError(
                path: ["tls", "allow", "[\(index)]"],
                message: "'\(name)' is no name; write a whole one, or *. and the rest for any first part")
        }
        allow = names.map(PeerNames.init)
        guard client == .none || authorityFile != nil else {
            throw ValueCodingError(
                path: ["tls"], message: "'ca_file' is missing: without it no client's certificate can be checked")
        }
        // What would never be looked at is a mistake, and one that opens the door.
        let useless: [(CodingKeys, Bool)] = [
            (.authorityFile, client == .none && authorityFile != nil),
            (.revocationFile, client == .none && revocationFile != nil),
            (.allow, client != .require && allow != nil),
        ]
        for (key, isUseless) in useless where isUseless {
            throw ValueCodingError(
                path: ["tls", key.rawValue], message: "has no effect with client: \(client.rawValue)")
        }
    }
}
