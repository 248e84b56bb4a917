/// Which names say that their value is secret.
struct SecretName: Sendable {
    /// Endings that need nothing before them: `PGPASSWORD`, `accessToken`.
    private let anywhere: [[UInt8]]
    /// Endings that are the whole name or stand after `_`, `-` or `.`: `db_pass`, but not `bypass`.
    private let whole: [[UInt8]]

    /// The built-in names and `additional` ones.
    init(additional: [String] = []) {
        anywhere = [
            "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "authkey",
        ].map { Array($0.utf8) }
        whole =
            [
                "pass", "mysql_pwd", "ldap_pwd", "db_pwd", "api_key", "access_key", "secret_key", "auth_key",
                "account_key", "encryption_key", "signing_key", "master_key", "access_key_secret", "secret_id",
            ].map { Array($0.utf8) } + additional.map { $0.utf8.map(Self.folded) }
    }

    /// Whether the value of `name` is secret. Looks at the name's end alone, so that long names cost no more.
    func matches(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        let end = name.suffix(64).map(Self.folded)
        if end.starts(with: Array("__no_".utf8)) { return false }
        return anywhere.contains { end.hasEnding($0) }
            || whole.contains { ending in
                guard end.hasEnding(ending) else { return false }
                return end.count == ending.count || end[end.count - ending.count - 1] == UInt8(ascii: "_")
            }
    }

    /// In lower case, with `_` for `-` and `.`.
    private static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "-"), UInt8(ascii: "."): UInt8(ascii: "_")
        default: byte
        }
    }
}

extension [UInt8] {
    func hasEnding(_ ending: [UInt8]) -> Bool {
        count >= ending.count && self[(count - ending.count)...].elementsEqual(ending)
    }
}
