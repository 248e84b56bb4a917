import ExhaustCore

/// A window on a capture file that moves forward.
final class CaptureBuffer {
    /// What errors call the file.
    let path: String
    private let input: any CaptureInput
    private let memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Where in the file the window begins.
    private(set) var offset: UInt64 = 0

    /// A window of at most `capacity` bytes.
    init(_ input: any CaptureInput, path: String, capacity: Int) {
        self.path = path
        self.input = input
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// The next `count` bytes, or fewer if the file ends before or the window is smaller. They stay until the next
    /// call.
    @inline(__always)
    func peek(_ count: Int) throws(ExhaustError) -> FrameBytes {
        if end - start < count { try fill(count) }
        return FrameBytes(UnsafeRawBufferPointer(rebasing: memory[start..<start + min(count, end - start)]))
    }

    /// Passes over `count` bytes; false if the file ends before.
    @inline(__always)
    func skip(_ count: Int) throws(ExhaustError) -> Bool {
        if end - start < count { return try skipFar(count) }
        start += count
        offset += UInt64(count)
        return true
    }

    /// What is at hand, and if that is nothing, what can be read at once.
    func available() throws(ExhaustError) -> UnsafeMutableRawBufferPointer {
        if start == end { try fill(1) }
        return UnsafeMutableRawBufferPointer(rebasing: memory[start..<end])
    }

    /// An error that names the place in the file: where the window begins, unless another is given.
    func damage(_ what: String, at place: UInt64? = nil) -> ExhaustError {
        ExhaustError(.invalidData, "\(what), at byte \(place ?? offset)", at: path)
    }

    private func fill(_ count: Int) throws(ExhaustError) {
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
        (start, end) = (0, end - start)
        while end < min(count, memory.count) {
            let read = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[end...]))
            if read == 0 { return }
            end += read
        }
    }

    private func skipFar(_ count: Int) throws(ExhaustError) -> Bool {
        var rest = count
        while rest > 0 {
            let step = min(rest, try peek(min(rest, memory.count)).count)
            if step == 0 { return false }
            start += step
            offset += UInt64(step)
            rest -= step
        }
        return true
    }
}
