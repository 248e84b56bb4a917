import CLinux

/// The first 32 bytes of a segment: `EXSPOOL1`, its number, the weight of everything written to earlier segments, and a
/// checksum of these.
package struct SegmentHeader: Sendable {
    package static let size = 32
    private static let mark: UInt64 = 0x314c_4f4f_5053_5845
    package let number: UInt64
    package let total: UInt64

    package init(number: UInt64, total: UInt64) {
        self.number = number
        self.total = total
    }

    /// The header that `bytes` begin with; `nil` if it is damaged.
    package init?(_ bytes: [UInt8]) {
        let fields = bytes.withUnsafeBytes { bytes -> (UInt64, UInt64)? in
            var reader = ByteReader(bytes)
            guard reader.number(UInt64.self) == Self.mark, let number = reader.number(UInt64.self),
                let total = reader.number(UInt64.self), let sum = reader.number(UInt32.self),
                sum == exhaust_crc32c(0, bytes.baseAddress, 24)
            else { return nil }
            return (number, total)
        }
        guard let fields else { return nil }
        (number, total) = fields
    }

    /// The header as it is written.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.number(Self.mark)
        writer.number(number)
        writer.number(total)
        writer.number(SpoolRecord.checksum(writer.bytes))
        writer.number(UInt32(0))
        return writer.bytes
    }

    /// The name of the file of segment `number`, and the number of a file's name.
    package static func name(of number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + ".segment"
    }

    package static func number(ofName name: String) -> UInt64? {
        guard name.utf8.count == 24, name.hasSuffix(".segment") else { return nil }
        return UInt64(name.prefix(16), radix: 16)
    }
}
