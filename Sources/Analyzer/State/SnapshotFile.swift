import CLinux
import ExhaustCore
import ExhaustRuntime
import Glibc

/// The file of a snapshot: a mark, the form's version, the length and CRC-32C of what follows, the version of the
/// program that wrote it, and the snapshot.
enum SnapshotFile {
    /// Why a snapshot is of no use.
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    private static let mark = Array("EXSTATE1".utf8)
    /// Raised when something in here gets another meaning; what was added or went needs no other version.
    static let version: UInt32 = 1
    private static let headSize = 24

    /// The bytes of the file.
    static func encode(_ snapshot: Snapshot) throws -> [UInt8] {
        let body = try SnapshotEncoder.encode(snapshot)
        var bytes = mark
        append(version, to: &bytes)
        append(UInt64(body.count), to: &bytes)
        append(checksum(body[...]), to: &bytes)
        return bytes + body
    }

    /// The snapshot in the bytes of a file. Throws `Unusable`.
    static func decode(_ bytes: [UInt8]) throws(Unusable) -> Snapshot {
        guard bytes.starts(with: mark), bytes.count >= headSize else {
            throw Unusable(description: "it is no snapshot")
        }
        let found = UInt32(truncatingIfNeeded: number(bytes[8..<12]))
        guard found == version else {
            throw Unusable(description: "it has form \(found), and this program reads form \(version)")
        }
        let body = bytes[headSize...]
        guard number(bytes[12..<20]) == UInt64(body.count) else {
            throw Unusable(description: "it is cut short or too long")
        }
        guard number(bytes[20..<24]) == UInt64(checksum(body)) else {
            throw Unusable(description: "its checksum does not fit")
        }
        do {
            return try SnapshotDecoder.decode(Snapshot.self, from: Array(body))
        } catch {
            throw Unusable(description: "it was written by another version of the program (\(error))")
        }
    }

    private static func append<T: FixedWidthInteger>(_ number: T, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { exhaust_crc32c(0, $0.baseAddress, $0.count) }
    }
}
