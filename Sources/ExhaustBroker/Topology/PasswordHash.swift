import COpenSSL
import ExhaustCore

/// Passwords as RabbitMQ keeps them (`rabbit_password_hashing_sha256`): base 64 of a salt of four bytes followed by
/// the SHA-256 of salt and password (RabbitMQ, "Passwords").
package enum PasswordHash {
    package static let algorithm = "rabbit_password_hashing_sha256"

    /// The hash of `password` with a salt from `generator`.
    package static func make(_ password: String, using generator: inout some RandomNumberGenerator) -> String {
        make(password, salt: (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// The hash of `password` with `salt`, which RabbitMQ wants to have four bytes.
    static func make(_ password: String, salt: [UInt8]) -> String {
        let salted = salt + Array(password.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(salted, salted.count, &digest)
        return Base64.encode(salt + digest)
    }
}
