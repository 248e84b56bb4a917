/// Bytes of a frame. Every read is checked: what is not there reads as nil.
///
/// It does not own the bytes: it is good as long as the block that was given it runs.
package struct FrameBytes {
    package let bytes: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var count: Int { bytes.count }

    /// The byte at `offset`.
    @inline(__always)
    package func uint8(_ offset: Int) -> UInt8? {
        offset >= 0 && offset < bytes.count ? bytes[offset] : nil
    }

    /// The 16-bit number in network order at `offset`.
    @inline(__always)
    package func uint16(_ offset: Int) -> UInt16? {
        guard offset >= 0, offset <= bytes.count - 2 else { return nil }
        return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32-bit number in network order at `offset`.
    @inline(__always)
    package func uint32(_ offset: Int) -> UInt32? {
        guard offset >= 0, offset <= bytes.count - 4 else { return nil }
        return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The 64-bit number in network order at `offset`.
    @inline(__always)
    package func uint64(_ offset: Int) -> UInt64? {
        guard offset >= 0, offset <= bytes.count - 8 else { return nil }
        return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The bytes from `offset` on, at most `length` of them: fewer, or none, where the frame ends before.
    @inline(__always)
    package func slice(_ offset: Int, _ length: Int = .max) -> FrameBytes {
        let start = min(max(0, offset), bytes.count)
        let end = start + min(max(0, length), bytes.count - start)
        return FrameBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
}
