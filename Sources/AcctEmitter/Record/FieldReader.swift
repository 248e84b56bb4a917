/// Takes the fields of a record one after the other. The caller has checked that the bytes suffice; past their end
/// it reads zeros.
struct FieldReader<Bytes: RandomAccessCollection<UInt8>> {
    var isBigEndian = false
    private let bytes: Bytes
    private var position: Bytes.Index

    init(_ bytes: Bytes) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func byte() -> UInt8 {
        guard position < bytes.endIndex else { return 0 }
        defer { position = bytes.index(after: position) }
        return bytes[position]
    }

    mutating func short() -> UInt16 {
        let (first, second) = (UInt16(byte()), UInt16(byte()))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    mutating func word() -> UInt32 {
        let (first, second) = (UInt32(short()), UInt32(short()))
        return isBigEndian ? first << 16 | second : second << 16 | first
    }

    /// A `comp_t` of linux/acct.h: 13 bits of fraction, 3 bits of exponent to the base 8.
    mutating func compact() -> UInt64 {
        let code = UInt64(short())
        return (code & 0x1fff) << (3 * (code >> 13))
    }

    /// The bytes before the first NUL of a field of `width` bytes, which need not have one.
    mutating func text(_ width: Int) -> [UInt8] {
        let field = (0..<width).map { _ in byte() }
        return Array(field.prefix { $0 != 0 })
    }
}
