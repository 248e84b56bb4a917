import ExhaustCore
import Glibc

/// Where the bytes of a capture file come from.
protocol CaptureInput: AnyObject {
    /// Puts the next bytes into `space` and returns how many; 0 at the end.
    func read(into space: UnsafeMutableRawBufferPointer) throws(ExhaustError) -> Int
}

/// A file, or standard input.
final class DescriptorInput: CaptureInput {
    private let path: String
    private let descriptor: Int32

    /// Opens the file at `path`; `-` is standard input.
    init(path: String) throws(ExhaustError) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code: ExhaustError.Code = errno == EACCES ? .notPermitted : .noInput
            throw ExhaustError(code, errno: errno, "cannot open the capture file", at: path)
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    func read(into space: UnsafeMutableRawBufferPointer) throws(ExhaustError) -> Int {
        while true {
            let count = Glibc.read(descriptor, space.baseAddress, space.count)
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw ExhaustError(.inputOutput, errno: errno, "cannot read the capture file", at: path)
            }
        }
    }
}

/// Bytes that are in memory already.
final class MemoryInput: CaptureInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into space: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(rest.count, space.count)
        space.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}
