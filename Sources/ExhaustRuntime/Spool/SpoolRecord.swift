import CLinux
import ExhaustCore

/// The form of a record: a header of 28 bytes, what the batch is (the meta), and its body.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 4 | `EXRC`, or `EXSK` for a stretch to be passed over |
/// | 4 | 4 | bytes of the meta |
/// | 8 | 4 | bytes of the body |
/// | 12 | 4 | CRC-32C of the body |
/// | 16 | 8 | the weight of all records written before it, in all segments |
/// | 24 | 4 | CRC-32C of the 24 bytes above and the meta |
enum SpoolRecord {
    static let headerSize = 28
    /// The largest body that is taken for one: a batch is at most a little over the broker's limit of 1 MB, or one
    /// event that is too large for it.
    static let bodyLimit = 64 << 20
    static let mark: UInt32 = 0x4352_5845
    static let skipMark: UInt32 = 0x4b53_5845

    /// The record of `batch`, when records of `total` weight were written before.
    static func encode(_ batch: EventBatch, total: UInt64) -> [UInt8] {
        var meta = ByteWriter()
        meta.text(batch.type.rawValue)
        meta.text(batch.source)
        meta.text(batch.host.description)
        meta.number(batch.first)
        meta.number(batch.last)
        meta.number(UInt32(clamping: batch.count))
        meta.number(batch.weight)
        meta.number(batch.seconds)
        return header(mark, meta: meta.bytes, bodySize: batch.body.count, crc: checksum(batch.body), total: total)
            + meta.bytes + batch.body
    }

    /// The header of a stretch of `size` bytes, itself among them, that holds nothing to be read; records of `total`
    /// weight were written before what follows it.
    static func skip(size: Int, total: UInt64) -> [UInt8] {
        header(skipMark, meta: [], bodySize: size - headerSize, crc: 0, total: total)
    }

    private static func header(_ mark: UInt32, meta: [UInt8], bodySize: Int, crc: UInt32, total: UInt64) -> [UInt8] {
        var header = ByteWriter()
        header.number(mark)
        header.number(UInt32(meta.count))
        header.number(UInt32(bodySize))
        header.number(crc)
        header.number(total)
        let sum = header.bytes.withUnsafeBytes { exhaust_crc32c(0, $0.baseAddress, $0.count) }
        header.number(meta.withUnsafeBytes { exhaust_crc32c(sum, $0.baseAddress, $0.count) })
        return header.bytes
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { exhaust_crc32c(0, $0.baseAddress, $0.count) }
    }
}

extension SpoolRecord {
    /// What a header says of its record.
    struct Header {
        let isSkip: Bool
        let metaSize: Int
        let bodySize: Int
        let bodyChecksum: UInt32
        let total: UInt64
        let checksum: UInt32
        var size: Int { headerSize + metaSize + bodySize }

        /// The header that `bytes` begin with; `nil` if they begin with none. Its checksum is not looked at.
        init?(_ bytes: UnsafeRawBufferPointer) {
            var reader = ByteReader(bytes)
            guard let mark = reader.number(UInt32.self), mark == SpoolRecord.mark || mark == SpoolRecord.skipMark,
                let metaSize = reader.number(UInt32.self), let bodySize = reader.number(UInt32.self),
                let crc = reader.number(UInt32.self), let total = reader.number(UInt64.self),
                let sum = reader.number(UInt32.self), metaSize <= 4096, bodySize <= SpoolRecord.bodyLimit
            else { return nil }
            isSkip = mark == SpoolRecord.skipMark
            self.metaSize = Int(metaSize)
            self.bodySize = Int(bodySize)
            bodyChecksum = crc
            self.total = total
            checksum = sum
        }
    }

    /// What stands at the beginning of some bytes.
    enum Content {
        case batch(EventBatch, total: UInt64, size: Int)
        /// Nothing to be read for so many bytes; `total` is the weight written before what follows.
        case skip(size: Int, total: UInt64)
        /// A record whose body is damaged but which says what it was.
        case damaged(weight: UInt64, total: UInt64, size: Int)
        /// A record that goes on behind the end.
        case cut
        case nothing
    }

    /// Reads the record that `bytes` begin with.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Content {
        guard let header = Header(bytes) else {
            return bytes.count < headerSize ? .cut : .nothing
        }
        let metaEnd = headerSize + header.metaSize
        guard bytes.count >= metaEnd else { return .cut }
        let sum = exhaust_crc32c(0, bytes.baseAddress, headerSize - 4)
        let meta = UnsafeRawBufferPointer(rebasing: bytes[headerSize..<metaEnd])
        guard exhaust_crc32c(sum, meta.baseAddress, meta.count) == header.checksum else { return .nothing }
        guard bytes.count >= header.size else { return .cut }
        if header.isSkip { return .skip(size: header.size, total: header.total) }
        let body = UnsafeRawBufferPointer(rebasing: bytes[metaEnd..<header.size])
        guard let about = about(meta) else { return .nothing }
        guard exhaust_crc32c(0, body.baseAddress, body.count) == header.bodyChecksum else {
            return .damaged(weight: about.weight, total: header.total, size: header.size)
        }
        let batch = EventBatch(
            type: about.type, source: about.source, host: about.host, ids: about.ids, count: about.count,
            weight: about.weight, seconds: about.seconds, body: Array(body))
        return .batch(batch, total: header.total, size: header.size)
    }

    private struct About {
        let type: EventType
        let source: String
        let host: HostID
        let ids: ClosedRange<UInt64>
        let count: Int
        let weight: UInt64
        let seconds: Int64
    }

    private static func about(_ bytes: UnsafeRawBufferPointer) -> About? {
        var reader = ByteReader(bytes)
        guard let type = reader.text(), let source = reader.text(), let host = reader.text().flatMap({ HostID($0) }),
            let first = reader.number(UInt64.self), let last = reader.number(UInt64.self), first <= last,
            let count = reader.number(UInt32.self), let weight = reader.number(UInt64.self),
            let seconds = reader.number(Int64.self)
        else { return nil }
        return About(
            type: EventType(rawValue: type), source: source, host: host, ids: first...last, count: Int(count),
            weight: weight, seconds: seconds)
    }
}
