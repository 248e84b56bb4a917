/// Reads D-Bus values from left to right; each begins at a multiple of its size, counted from the start.
struct BusReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// A reader of `bytes`, which begin at a multiple of eight.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    private init(_ bytes: ArraySlice<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position >= bytes.endIndex }
    var rest: ArraySlice<UInt8> { bytes[position...] }

    /// Skips `count` bytes; says whether there are so many.
    mutating func skip(_ count: Int) -> Bool {
        guard count <= bytes.endIndex - position else { return false }
        position += count
        return true
    }

    mutating func align(_ size: Int) -> Bool {
        let past = (position - bytes.startIndex) % size
        return past == 0 || skip(size - past)
    }

    mutating func byte() -> UInt8? {
        guard !isAtEnd else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() -> UInt32? {
        guard align(4), bytes.endIndex - position >= 4 else { return nil }
        defer { position += 4 }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32($1 * 8) }
    }

    /// A text or an object's path.
    mutating func text() -> String? {
        guard let length = number(), let end = end(Int(length)), skip(Int(length) + 1) else { return nil }
        return String(decoding: bytes[(end - Int(length))..<end], as: UTF8.self)
    }

    /// A list of types, such as `s`.
    mutating func signature() -> String? {
        guard let length = byte(), let end = end(Int(length)), skip(Int(length) + 1) else { return nil }
        return String(decoding: bytes[(end - Int(length))..<end], as: UTF8.self)
    }

    /// The next `length` bytes, to be read apart, with the same counting.
    mutating func part(_ length: Int) -> BusReader? {
        let start = position
        guard skip(length) else { return nil }
        return BusReader(bytes[..<(start + length)], at: start)
    }

    /// Where a text of `length` bytes ends, if it and the zero behind it are there.
    private func end(_ length: Int) -> Int? {
        length < bytes.endIndex - position ? position + length : nil
    }
}
