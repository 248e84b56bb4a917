import CZlib
import ExhaustCore

/// The content of a file that gzip made; of several that were put behind each other, of all.
final class GzipInput: CaptureInput {
    private let packed: CaptureBuffer
    /// zlib notes the address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var isWithinMember = false

    /// Reads what `packed` has from now on.
    init(_ packed: CaptureBuffer) throws(ExhaustError) {
        self.packed = packed
        stream.initialize(to: z_stream())
        guard exhaust_inflate_gzip(stream) == Z_OK else {
            throw ExhaustError(.unavailable, "no memory to unpack the capture file", at: packed.path)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(into space: UnsafeMutableRawBufferPointer) throws(ExhaustError) -> Int {
        let room = UInt32(clamping: space.count)
        stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        while stream.pointee.avail_out == room {
            let input = try packed.available()
            if input.isEmpty {
                if !isWithinMember { return 0 }
                throw packed.damage("the packed data ends too early")
            }
            stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_in = UInt32(clamping: input.count)
            let code = inflate(stream, Z_NO_FLUSH)
            isWithinMember = code != Z_STREAM_END
            let taken = try packed.skip(input.count - Int(stream.pointee.avail_in))
            if taken, code == Z_OK { continue }
            if taken, code == Z_STREAM_END, inflateReset(stream) == Z_OK { continue }
            // What came before the damage is good; zlib says the same again when it is asked for more.
            if stream.pointee.avail_out < room { break }
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
            throw packed.damage("the packed data is damaged (\(reason))")
        }
        return Int(room - stream.pointee.avail_out)
    }
}
