/// A text to look for in another, in linear time whatever the two are (Knuth, Morris and Pratt). Letters of ASCII are
/// alike in both cases unless it is cased.
struct SigmaNeedle: Hashable, Sendable {
    /// The bytes, as small letters unless cased.
    let bytes: [UInt8]
    private let isCased: Bool
    /// How many bytes of the needle end at each of its bytes, apart from the beginning itself.
    private let borders: [Int32]

    init(_ bytes: [UInt8], isCased: Bool) {
        let bytes = isCased ? bytes : bytes.map(Self.small)
        var borders = [Int32](repeating: 0, count: bytes.count)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = Int(borders[length - 1]) }
            if bytes[index] == bytes[length] { length += 1 }
            borders[index] = Int32(length)
        }
        self.bytes = bytes
        self.isCased = isCased
        self.borders = borders
    }

    /// The place of the first occurrence from `start` on.
    func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard bytes.count <= text.count - start else { return nil }
        guard !bytes.isEmpty else { return start }
        var length = 0
        for index in start..<text.count {
            let byte = isCased ? text[index] : Self.small(text[index])
            while length > 0, byte != bytes[length] { length = Int(borders[length - 1]) }
            if byte == bytes[length] { length += 1 }
            if length == bytes.count { return index + 1 - length }
        }
        return nil
    }

    /// Whether it stands at `place`.
    func stands(in text: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place >= 0, bytes.count <= text.count - place else { return false }
        for index in bytes.indices {
            let byte = text[place + index]
            guard (isCased ? byte : Self.small(byte)) == bytes[index] else { return false }
        }
        return true
    }

    private static func small(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
}
