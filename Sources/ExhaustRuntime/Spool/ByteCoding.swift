/// Little-endian numbers and short texts in the spool's records.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number<T: FixedWidthInteger>(_ number: T) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A text of at most 65,535 bytes.
    mutating func text(_ text: String) {
        number(UInt16(clamping: text.utf8.count))
        bytes.append(contentsOf: text.utf8.prefix(Int(UInt16.max)))
    }
}

/// Reads what `ByteWriter` wrote; every read gives `nil` once the bytes are too few.
struct ByteReader {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    mutating func number<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        guard rest.count >= MemoryLayout<T>.size else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(MemoryLayout<T>.size)) }
        return T(littleEndian: rest.loadUnaligned(as: T.self))
    }

    mutating func text() -> String? {
        guard let count = number(UInt16.self), rest.count >= count else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count))) }
        return String(validating: rest.prefix(Int(count)), as: UTF8.self)
    }
}
