import ExhaustCore
import Glibc

/// The room in a filesystem, from statvfs(3), in bytes.
package struct FilesystemUsage: Sendable, Hashable {
    package var limit: UInt64
    package var used: UInt64
    /// What users other than root may still take.
    package var free: UInt64
    /// What is kept for root.
    package var reserved: UInt64
    package var inodes: UInt64
    package var freeInodes: UInt64

    /// Computes from blocks of `blockSize` bytes; nonsense, such as more free than there is, is bounded.
    package init(
        blockSize: UInt64, blocks: UInt64, freeBlocks: UInt64, availableBlocks: UInt64, inodes: UInt64,
        freeInodes: UInt64
    ) {
        func bytes(_ blocks: UInt64) -> UInt64 {
            let (bytes, tooLarge) = blocks.multipliedReportingOverflow(by: blockSize)
            return tooLarge ? UInt64(Int64.max) : bytes
        }
        let unused = min(freeBlocks, blocks)
        let available = min(availableBlocks, unused)
        limit = bytes(blocks)
        used = bytes(blocks - unused)
        free = bytes(available)
        reserved = bytes(unused - available)
        self.inodes = inodes
        self.freeInodes = min(freeInodes, inodes)
    }

    /// Asks the filesystem that holds `path`.
    init(path: [UInt8]) throws {
        var status = statvfs()
        let result = (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { statvfs($0, &status) } ?? -1 }
        }
        guard result == 0 else {
            let name = String(decoding: path, as: UTF8.self)
            throw ExhaustError(.inputOutput, errno: errno, "cannot measure the filesystem", at: name)
        }
        self.init(
            blockSize: UInt64(status.f_frsize), blocks: UInt64(status.f_blocks), freeBlocks: UInt64(status.f_bfree),
            availableBlocks: UInt64(status.f_bavail), inodes: UInt64(status.f_files),
            freeInodes: UInt64(status.f_ffree))
    }

    /// The share in use of what users can fill, 0 to 1, as df(1) prints it: the reserve for root is left out.
    package var utilization: Double {
        let room = Double(used) + Double(free)
        return room > 0 ? Double(used) / room : 0
    }

    /// The share of inodes in use; 0 for filesystems that have no table of them.
    package var inodeUtilization: Double {
        inodes > 0 ? Double(inodes - freeInodes) / Double(inodes) : 0
    }
}
