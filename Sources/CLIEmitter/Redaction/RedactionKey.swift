import ExhaustCore

/// The key of the markers' hashes. Without it a guessed secret cannot be compared with a marker.
package enum RedactionKey {
    /// Reads `redaction.key` in `folder`, which only the emitter may read, and makes it at the first start.
    package static func load(folder: String) throws -> [UInt8] {
        let path = "\(folder)/redaction.key"
        do {
            let key = try ProtectedFile.read(path, as: .secret, limit: length)
            guard key.count == length else {
                throw ExhaustError(
                    .invalidData, "the key is not \(length) bytes long", at: path,
                    advice: "remove the file; the next start makes another key, and equal secrets look new then")
            }
            return key
        } catch let error as ExhaustError where error.code == .noInput {
            var source = SystemRandomNumberGenerator()  // getrandom(2)
            let key = (0..<length).map { _ in UInt8.random(in: 0...255, using: &source) }
            try ProtectedFile.create(path, mode: 0o600, bytes: key)
            return key
        }
    }

    private static let length = 32
}
