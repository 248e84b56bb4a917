/// Digests for checks against damage and for names.
public enum Digest {
    /// The SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hexadecimal digits.
    public static func sha256(_ bytes: [UInt8]) -> String {
        hexadecimal(LibCrypto.sha256(bytes))
    }

    /// The HMAC-SHA-256 (RFC 2104) of `bytes` under a `key` of 64 bytes at most, as 64 hexadecimal digits.
    package static func keyed(_ bytes: [UInt8], key: [UInt8]) -> String {
        let block = key + [UInt8](repeating: 0, count: max(0, 64 - key.count))
        let inner = LibCrypto.sha256(block.map { $0 ^ 0x36 } + bytes)
        return hexadecimal(LibCrypto.sha256(block.map { $0 ^ 0x5c } + inner))
    }

    /// The SHA-1 (FIPS 180-4) of `bytes`, for names that others define by it; it protects nothing.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] { LibCrypto.sha1(bytes) }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
