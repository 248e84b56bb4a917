import ExhaustCore

/// A record as one line: 16 hexadecimal digits, a space, JSON, a line feed.
///
/// The digits are the first 8 bytes of the JSON's SHA-256. They tell a line that was written whole from one that a
/// crash cut short; they are no protection against a person. SHA-256 rather than a CRC because libcrypto has it
/// already, and a few lines a minute cost nothing.
package enum LedgerLine {
    private static let digestLength = 16

    /// The line of `record`, with its line feed.
    package static func encode(_ record: LedgerRecord) throws -> [UInt8] {
        let json = JSONWriter.bytes(of: try ValueEncoder().encode(record))
        return Array(Digest.sha256(json).prefix(digestLength).utf8) + [32] + json + [10]
    }

    /// The record of a line without its line feed; `nil` if it is damaged.
    package static func decode(_ line: some Collection<UInt8>) -> LedgerRecord? {
        let digest = line.prefix(digestLength)
        let rest = line.dropFirst(digestLength)
        guard digest.count == digestLength, rest.first == 32 else { return nil }
        let json = Array(rest.dropFirst())
        // Why it cannot be read does not matter: it is not what was written.
        guard Digest.sha256(json).utf8.prefix(digestLength).elementsEqual(digest),
            let value = try? JSONReader.parse(json)
        else { return nil }
        return try? ValueDecoder().decode(LedgerRecord.self, from: value)
    }
}
